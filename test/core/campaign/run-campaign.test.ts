import type { StoredResult } from "../../../core/index.ts";
import { describe, expect, it } from "vitest";
import { runCampaign, type CampaignOutcome } from "../../../core/campaign/run-campaign.ts";
import { campaignText } from "../../../core/cli/campaign-text.ts";
import { campaignConfig } from "./campaign-config.ts";

const models = ["register-bit-flip", "memory-bit-flip"];

async function outcomeWith(campaign: object, slots: object = {}): Promise<CampaignOutcome> {
  return runCampaign(await campaignConfig({ experiments: 24, models, ...campaign }, { ...slots }));
}

describe("a campaign of whole runs", { timeout: 60_000 }, () => {
  it("has one result for each experiment, the same with any number of workers", async () => {
    const alone = await outcomeWith({ mode: "full" });
    const together = await outcomeWith({ mode: "full", workers: 2 });
    expect(alone.results.map(({ index }) => index)).toEqual(
      alone.plan.experiments.map((_, i) => i),
    );
    const outcomes = new Set(alone.results.map(({ outcome }) => outcome));
    expect([...outcomes].toSorted()).toEqual(["masked", "recovered"]);
    const textOf = ({ golden, summary }: CampaignOutcome): string =>
      campaignText("letters", golden, summary);
    expect(textOf(together)).toBe(textOf(alone));
    const facts = ({ results }: CampaignOutcome): unknown =>
      results.map(({ measured: _measured, ...result }) => result);
    expect(facts(together)).toEqual(facts(alone));
  });

  it("tells what a machine alone makes of the same faults", async () => {
    const { results } = await outcomeWith(
      { mode: "full", models: ["register-bit-flip"] },
      { replication: { use: "solo", epochSteps: 500 }, recovery: "fail-stop", checkpoint: "never" },
    );
    const outcomes = new Set(results.map(({ outcome }) => outcome));
    expect([...outcomes].toSorted()).toEqual(["crash", "hang", "masked"]);
  });

  it("ends once the share of failures is known as well as was asked for", async () => {
    const precision = { halfWidth: 0.1, confidence: 0.95 };
    const { results, summary, isComplete, plan } = await outcomeWith({
      experiments: 120,
      workers: 2,
      precision,
    });
    expect(plan.experiments).toHaveLength(120);
    expect([results.length, summary.planned, isComplete]).toEqual([50, 50, true]);
    expect(summary.notes.join(" ")).toContain(
      "is known as well as was asked for (looked at after 50",
    );
  });

  it("grows in the same store, and does not shrink", async () => {
    const loaded = await campaignConfig({ experiments: 6, models, store: "shared-memory" });
    const withCount = (experiments: number): ReturnType<typeof runCampaign> => {
      const campaign = { ...loaded.config.campaign!, experiments };
      return runCampaign({ ...loaded, config: { ...loaded.config, campaign } });
    };
    const first = await withCount(6);
    const { results, summary } = await withCount(9);
    expect([results.length, summary.planned]).toEqual([9, 9]);
    expect(results.slice(0, 6).map(({ measured: _measured, ...result }) => result)).toEqual(
      first.results.map(({ measured: _measured, ...result }) => result),
    );
    await expect(withCount(6)).rejects.toMatchObject({
      code: "XV_ERR_CAMPAIGN_SHORTER",
      value: "6",
      remedy: expect.stringContaining("Write 9 or more"),
    });
    expect((await withCount(9)).results).toHaveLength(9);
  });

  it("shows a voting policy that is wrong: nothing is recovered any more", async () => {
    const wish = { mode: "full", experiments: 12, models: ["register-bit-flip"] };
    const right = await outcomeWith(wish);
    const wrong = await outcomeWith(wish, { voting: "credulous" });
    const numbers = ({ results }: CampaignOutcome, outcome: string): readonly number[] =>
      results.filter((result) => result.outcome === outcome).map(({ index }) => index);
    expect(numbers(right, "recovered").length).toBeGreaterThan(6);
    expect(numbers(right, "stopped")).toEqual([]);
    expect(numbers(wrong, "recovered")).toEqual([]);
    expect(numbers(wrong, "stopped")).toEqual(numbers(right, "recovered"));
  });

  it("says in words what it can't do", async () => {
    const outcome = outcomeWith({}, { replication: "primary-backup", recovery: "failover" });
    await expect(outcome).rejects.toMatchObject({
      code: "XV_ERR_CAMPAIGN_MODE",
      value: "primary-backup",
    });
  });
});

describe("a fault space that the machine does not have", { timeout: 60_000 }, () => {
  it.each([
    ["register", { use: "register-bit-flip", register: "x99" }, /there is no register "x99"/],
    ["bit", { use: "register-bit-flip", register: "r1", bit: 40 }, /r1 has no bit 40/],
    ["address", { use: "memory-bit-flip", address: 16_777_216 }, /is not in guest memory/],
    ["device", { use: "device-bit-flip", device: "nobody", entry: 0, bit: 0 }, /"nobody"/],
  ])("is refused before an experiment runs: its %s", async (_what, model, message) => {
    for (const mode of ["full", "against-golden"]) {
      await expect(outcomeWith({ mode, models: [model] })).rejects.toMatchObject({
        code: "XV_ERR_CAMPAIGN_FAULT_SPACE",
        message: expect.stringMatching(message),
        place: expect.stringContaining("campaign.models"),
        value: expect.stringContaining(JSON.stringify(model).slice(-10, -1)),
      });
    }
  });

  it("takes what the machine has", async () => {
    const { results } = await outcomeWith({
      models: [
        { use: "register-bit-flip", register: "r1" },
        { use: "memory-bit-flip", bit: 7, width: 4 },
      ],
    });
    expect(results).toHaveLength(24);
  });
});

describe("a campaign against the run without faults", { timeout: 60_000 }, () => {
  it("comes to the same as whole runs, whatever the batches and the workers", async () => {
    const slots = [
      {},
      { replication: { use: "solo", epochSteps: 500 }, recovery: "fail-stop", checkpoint: "never" },
    ];
    for (const some of slots) {
      const whole = await outcomeWith({ mode: "full", experiments: 14 }, some);
      const alone = await outcomeWith({ experiments: 14 }, some);
      const together = await outcomeWith({ experiments: 14, workers: 3 }, some);
      expect(alone.results.map(comparable)).toEqual(whole.results.map(comparable));
      const facts = ({ results }: CampaignOutcome): unknown =>
        results.map(({ measured: _measured, ...result }) => result);
      expect(facts(together)).toEqual(facts(alone));
    }
  });
});

/** What both modes find out. */
function comparable(result: StoredResult): unknown {
  const { ended: _e, struck: _s, firstWrong: _w, measured: _m, ...kept } = result;
  return kept;
}
