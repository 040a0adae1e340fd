// What the shortcut of campaigns finds has to be what the config's own runs find: outcome, detector, latency and words.
import { describe, expect, it } from "vitest";
import type { StoredResult } from "../../core/index.ts";
import { type BundledCampaign, runBundled } from "./campaigns/bundled-campaign.ts";

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

const alone = (epochSteps: number): BundledCampaign["slots"] => ({
  ...SOLO,
  replication: { use: "solo", epochSteps },
});

/** Drawn so that a guest ends where it is about to count as hanging, or where what it sends decides what it is answered. */
const special: readonly (readonly [string, BundledCampaign])[] = [
  [
    "faults late in a run, and an end in the last epoch before a hang",
    {
      guest: "small",
      slots: alone(1_000_000),
      campaign: {
        experiments: 12,
        seed: 5,
        fromStep: 1_200_000,
        hangFactor: 1.2,
        models: ["branch-flip", "result-bit-flip", "register-bit-flip"],
      },
    },
  ],
  [
    "no time beyond that of the run without faults",
    { guest: "small", slots: PAIR, campaign: { experiments: 15, seed: 7, hangFactor: 1 } },
  ],
  [
    "somebody types what the console asks for",
    {
      guest: "console-echo",
      slots: alone(20_000),
      script: [
        { expect: "o", send: "hello world\nfoo bar\n" },
        { expect: "FOO BAR", send: "another line\n" },
        { expect: "ANOTHER LINE", send: "exit 0\n" },
      ],
      campaign: { experiments: 24, seed: 7 },
    },
  ],
  [
    "a disk that is written and read",
    {
      guest: "block",
      slots: alone(50_000),
      diskBytes: 512 * 1024,
      campaign: { experiments: 26, seed: 11 },
    },
  ],
];

/** What both modes find out. Who is followed no further would have ended as the run without faults. */
function comparable(result: StoredResult): unknown {
  const { ended, struck: _struck, firstWrong, measured: _measured, ...kept } = result;
  return {
    ...kept,
    ended: ended === "converged" ? "guest-end" : ended,
    wrong: firstWrong?.output,
  };
}

describe("campaigns against the run without faults", { timeout: 600_000 }, () => {
  it.each(variants)("find what whole runs find: %s", async (_name, guest, slots) => {
    const campaign = { experiments: EXPERIMENTS, workers: 2 };
    const quick = await runBundled({ guest, slots, campaign });
    const whole = await runBundled({ guest, slots, campaign: { ...campaign, mode: "full" } });
    expect(quick.results.map(comparable)).toEqual(whole.results.map(comparable));
    expect(new Set(quick.results.map(({ outcome }) => outcome)).size).toBeGreaterThan(1);
  });

  it.each(special)("find what whole runs find: %s", async (_name, wish) => {
    const quick = await runBundled(wish);
    const campaign = { ...wish.campaign, mode: "full" };
    const whole = await runBundled({ ...wish, campaign });
    expect(quick.results.map(comparable)).toEqual(whole.results.map(comparable));
    expect(new Set(quick.results.map(({ outcome }) => outcome)).size).toBeGreaterThan(1);
  });
});
