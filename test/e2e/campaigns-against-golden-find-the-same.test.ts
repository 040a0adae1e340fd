// What the shortcut of campaigns finds has to be what the config's own runs find: outcome, detector, latency and words.
import { describe, expect, it } from "vitest";
import type { StoredResult } from "../../core/index.ts";
import { runBundled } from "./campaigns/bundled-campaign.ts";

/** Each; `EXTRAVIRT_CAMPAIGN_EXPERIMENTS` has more of them tried. */
const EXPERIMENTS = Number(process.env["EXTRAVIRT_CAMPAIGN_EXPERIMENTS"] ?? "10");

const PAIR = { replication: { use: "pair", epochSteps: 100_000 }, checkpoint: { everyEpochs: 3 } };
const SOLO = {
  replication: { use: "solo", epochSteps: 100_000 },
  checkpoint: "never",
  recovery: "fail-stop",
};
const variants = [
  ["small, a pair", "small", PAIR],
  ["small, alone", "small", SOLO],
  ["timer, alone", "timer", SOLO],
  ["timer, a pair", "timer", PAIR],
  ["timer, three", "timer", { ...PAIR, replication: { use: "triple", epochSteps: 100_000 } }],
  // Everything is held while it is compared, few pages at a time.
  [
    "small, held pages",
    "small",
    { ...PAIR, checkpoint: { everyEpochs: 3, heldFrom: 1, pagesPerEpoch: 2 } },
  ],
  [
    "small, checking itself",
    "small",
    { ...SOLO, replication: { use: "duplicated", epochSteps: 100_000 }, recovery: "rollback" },
  ],
  ["small, fail-stop", "small", { ...PAIR, recovery: "fail-stop" }],
] as const;

/** What both modes find out. */
function comparable(result: StoredResult): unknown {
  const {
    ended: _ended,
    struck: _struck,
    firstWrong: _wrong,
    measured: _measured,
    ...kept
  } = result;
  return kept;
}

describe("campaigns against the run without faults", { timeout: 600_000 }, () => {
  it.each(variants)("find what whole runs find: %s", async (_name, guest, slots) => {
    const campaign = { experiments: EXPERIMENTS, workers: 2 };
    const quick = await runBundled({ guest, slots, campaign });
    const whole = await runBundled({ guest, slots, campaign: { ...campaign, mode: "full" } });
    expect(quick.results.map(comparable)).toEqual(whole.results.map(comparable));
    expect(new Set(quick.results.map(({ outcome }) => outcome)).size).toBeGreaterThan(1);
  });
});
