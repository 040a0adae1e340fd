import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { goldenRunOf } from "../../../core/campaign/golden-run.ts";
import type { GoldenRun } from "../../../core/campaign/golden-run.ts";
import { registerUses } from "../../../core/campaign/register-uses.ts";
import { runCampaign } from "../../../core/campaign/run-campaign.ts";
import type { CampaignOutcome } from "../../../core/campaign/run-campaign.ts";
import type { LoadedConfig } from "../../../core/config/load-config.ts";
import type { CampaignModel } from "../../../core/api/campaign.ts";
import type { RegisterUse } from "../../../core/index.ts";
import { campaignConfig } from "./campaign-config.ts";

const SOLO = {
  replication: { use: "solo", epochSteps: 500 },
  recovery: "fail-stop",
  checkpoint: "never",
};

const goldenOf = (loaded: LoadedConfig): Promise<GoldenRun> =>
  goldenRunOf(loaded, { directory: join(loaded.config.campaign!.directory, "golden") });

describe("registerUses", { timeout: 60_000 }, () => {
  it("tells every step of the run once, and the ends of its epochs", async () => {
    const loaded = await campaignConfig({});
    const { facts, recording } = await goldenOf(loaded);
    const uses = [...registerUses(loaded, recording, 0)];
    const steps = uses.filter(({ reads }) => reads !== "all").map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: facts.steps }, (_, step) => step));
    const ends = uses.filter(({ reads }) => reads === "all").map(({ step }) => step + 1);
    expect(ends).toEqual(facts.epochEnds);
    expect(uses[0]).toMatchObject({
      step: 0,
      reads: [],
      writes: [expect.stringMatching(/^r\d+$/)],
    });
  });

  it("takes the run up before the first step that matters", async () => {
    const loaded = await campaignConfig({});
    const { facts, recording } = await goldenOf(loaded);
    const from = facts.steps - 300;
    const late: RegisterUse[] = [...registerUses(loaded, recording, from)];
    expect(late[0]!.step).toBeLessThanOrEqual(from);
    expect(late[0]!.step).toBeGreaterThan(from - 500);
    const all = [...registerUses(loaded, recording, 0)];
    expect(late).toEqual(all.slice(-late.length));
  });

  it("refuses machines whose instruments look at registers", async () => {
    const loaded = await campaignConfig({});
    const { recording } = await goldenOf(loaded);
    const config = { ...loaded.config, instrumentation: [{ use: "trace" }] };
    expect(() => [...registerUses({ ...loaded, config }, recording, 0)]).toThrowError(
      expect.objectContaining({ code: "XV_ERR_CAMPAIGN_SAMPLING", value: "trace" }),
    );
  });

  const REGISTERS: CampaignModel = { use: "register-bit-flip", bit: 1 };
  /** An instruction of the inner loop. */
  const CODE: CampaignModel = { use: "memory-bit-flip", address: 28 };
  it.each([
    ["a pair", [REGISTERS], {}],
    ["a machine alone", [REGISTERS], SOLO],
    ["memory beside registers", [REGISTERS, CODE], SOLO],
  ])("prunes what every point tried agrees with, for %s", async (_name, models, slots) => {
    const campaign = {
      experiments: 1000,
      models,
      registerGroups: ["integer"],
      fromStep: 488,
      untilStep: 505,
    };
    const outcomeWith = async (sampling: object): Promise<CampaignOutcome> =>
      runCampaign(await campaignConfig({ ...campaign, sampling }, slots));
    const all = await outcomeWith({ use: "exhaustive" });
    const pruned = await outcomeWith({ use: "def-use", classes: "every" });
    const shares = ({ summary }: CampaignOutcome): Record<string, number> =>
      Object.fromEntries(Object.entries(summary.outcomes).map(([name, o]) => [name, o.share]));
    const expected = Object.entries(shares(all)).map(([name, share]) => [
      name,
      expect.closeTo(share, 12),
    ]);
    expect(shares(pruned)).toEqual(Object.fromEntries(expected));
    expect(all.results).toHaveLength((16 + (models.includes(CODE) ? 8 : 0)) * 17);
    expect(pruned.results.length).toBeLessThan(all.results.length);
    expect(all.summary.outcomes.masked.share).toBeLessThan(1);
  });
});
