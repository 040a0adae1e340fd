import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCampaignStore } from "../../../core/campaign/campaign-store.ts";
import type { FaultConfig } from "../../../core/api/config.ts";
import { loadConfig } from "../../../core/config/load-config.ts";
import { temporaryFiles } from "../config/temporary-files.ts";
import { LETTERS } from "../coordinator/toy-run.ts";
import { capture } from "./capture-io.ts";

const config = (slots: object): string =>
  JSON.stringify({
    machine: {
      platform: "toy",
      ram: "256 KiB",
      boot: { use: "toy-program", source: LETTERS },
      clock: { stepsPerTick: 10, startTime: "2026-01-01T00:00:00Z" },
    },
    placement: "inline",
    ...slots,
    campaign: { workers: 1, experiments: 40, models: ["register-bit-flip"] },
  });

const SOLO = {
  replication: { use: "solo", epochSteps: 500 },
  recovery: "fail-stop",
  checkpoint: "never",
};
const PAIR = { replication: { use: "pair", epochSteps: 500 }, checkpoint: { everyEpochs: 4 } };

describe("extravirt campaign diff", { timeout: 90_000 }, () => {
  it("compares two campaigns fault by fault; limits of failures give an exit code", async () => {
    const home = await temporaryFiles({ "solo.json": config(SOLO), "pair.json": config(PAIR) });
    const run = (text: string): ReturnType<typeof capture> =>
      capture(
        text.split(" ").map((word) => (/\.(json|campaign)$/.test(word) ? join(home, word) : word)),
      );
    const alone = await run("campaign solo.json --quiet --max-failures 0");
    expect(alone.err).toMatch(/limit exceeded: \d+ of 40 experiments failed, 0 are allowed/);
    expect(alone.code).toBe(4);
    const pair = await run("campaign pair.json --quiet --max-failures 0 --max-failure-share 0.08");
    expect(pair.err).toMatch(/within the limit: 0 of 40 .*\n.*at most 7\.22 % with 95 % conf/);
    expect(pair.code).toBe(0);

    const { out } = await run("campaign diff solo.json pair.campaign");
    expect(out).toContain("paired: 40 faults in common");
    expect(out).toContain("B fails less often than A with 95 % confidence.");
    const json = JSON.parse((await run("campaign diff solo.json pair.json --json")).out) as {
      failures: { onlyFirst: number; onlySecond: number };
    };
    expect(json.failures.onlySecond).toBe(0);
    expect(json.failures.onlyFirst).toBeGreaterThan(5);

    const unknown = await run("campaign diff solo.json --second triple");
    expect(unknown.err).toContain("XV_ERR_CLI_VARIANT");
    expect(unknown.err).toContain("Name one with --second: base");
  });

  it("refuses a campaign that is not complete: a part of it is no random sample", async () => {
    const home = await temporaryFiles({ "begun.json": config(SOLO), "other.json": config(PAIR) });
    const loaded = await loadConfig(join(home, "begun.json"), { base: { campaign: {} } });
    const store = await openCampaignStore(loaded, "begin");
    const variant = { name: "base", definition: {}, facts: { plan: {} } };
    const fault: FaultConfig = { use: "pc-bit-flip", at: 1 };
    await store.plan(variant, [[{ index: 0, fault, stratum: "pc-bit-flip", weight: 1 }]]);
    await store.close();
    const { err, code } = await capture(
      ["campaign", "diff", "begun.json", "other.json"].map((word) =>
        word.endsWith(".json") ? join(home, word) : word,
      ),
    );
    expect(err).toContain("XV_ERR_CAMPAIGN_INCOMPLETE");
    expect(err).toContain("0 of 1 experiments");
    expect(err).toContain("Go on with it first");
    expect(code).toBe(2);
  });

  it("refuses limits and confidences that are none", async () => {
    const limit = await capture("campaign run x.yaml --max-failure-share 1".split(" "));
    expect(limit.err).toContain("XV_ERR_CLI_LIMIT");
    const count = await capture("campaign run x.yaml --max-failures 1.5".split(" "));
    expect(count.err).toContain("a whole number");
    const confidence = await capture("campaign diff x.yaml --confidence 95".split(" "));
    expect(confidence.err).toContain("XV_ERR_CLI_CONFIDENCE");
  });
});
