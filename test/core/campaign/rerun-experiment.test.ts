import { statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { openCampaignStore } from "../../../core/campaign/campaign-store.ts";
import { rerunExperiment } from "../../../core/campaign/rerun-experiment.ts";
import { runCampaign } from "../../../core/campaign/run-campaign.ts";
import { campaignConfig } from "./campaign-config.ts";

const SMALL_GUEST = {
  machine: {
    platform: "riscv-virt",
    ram: "16 MiB",
    boot: { use: "elf", program: resolve("guests/bin/small.elf") },
    clock: { startTime: "2026-01-01T00:00:00Z" },
  },
  replication: { epochSteps: 100_000 },
};
const silent = (): void => {};

describe("an experiment repeated", { timeout: 60_000 }, () => {
  it("has the same result, and leaves a trace and an incident behind", async () => {
    const campaign = { mode: "full", models: ["register-bit-flip"], registerGroups: ["integer"] };
    const loaded = await campaignConfig({ ...campaign, experiments: 6 }, SMALL_GUEST);
    const store = await openCampaignStore(loaded, "begin");
    const { results } = await runCampaign(loaded, { store });
    const recovered = results.find(({ outcome }) => outcome === "recovered")!;
    const variants = new Map([["base", loaded]]);

    const rerun = await rerunExperiment(String(recovered.index), variants, store, silent);
    expect(rerun).toMatchObject({
      variant: "base",
      experiment: recovered.experiment,
      isSame: true,
      inFull: { outcome: "recovered", injectedAt: recovered.injectedAt! },
    });
    const names = rerun.files.map((path) => basename(path));
    expect(names.some((name) => name.startsWith("incident"))).toBe(true);
    expect(names).toContain("trace.txt.0");

    for (const id of ["base/6", "other/0", "six", ""]) {
      await expect(rerunExperiment(id, variants, store, silent)).rejects.toMatchObject({
        code: "XV_ERR_CAMPAIGN_EXPERIMENT",
        remedy: expect.stringContaining("base/0 to base/5"),
      });
    }

    const [batch] = [{ id: "", attempt: 0, variant: "base", experiments: [recovered.experiment] }];
    await store.complete(batch!, [{ ...recovered, latencySteps: 1 }]);
    const other = await rerunExperiment(`base/${recovered.index}`, variants, store, silent);
    expect(other.isSame).toBe(false);
  });

  it("refuses another campaign or machine before anything is made anew", async () => {
    const campaign = { mode: "full", experiments: 1, models: ["register-bit-flip"] };
    const { config, ...rest } = await campaignConfig(campaign);
    const loaded = { config, ...rest };
    const store = await openCampaignStore(loaded, "begin");
    await runCampaign(loaded, { store });
    const golden = join(config.campaign!.directory, "golden", "base", "golden.json");
    const before = statSync(golden).mtimeMs;
    const { recovery: _recovery, machine, ...slots } = config;
    const others = [
      [{ ...slots, machine, recovery: { use: "fail-stop" } }, /variant base .*config.recovery/],
      [
        { ...config, machine: { ...machine, ramBytes: 2 * machine.ramBytes } },
        /variant base .*config.machine.ramBytes: 262144 before, 524288 now/,
      ],
      [
        { ...config, campaign: { ...config.campaign!, seed: 7 } },
        /campaign .*campaign.seed: 1 before, 7 now/,
      ],
    ] as const;
    for (const [other, message] of others) {
      const variants = new Map([["base", { ...rest, config: other }]]);
      await expect(rerunExperiment("0", variants, store, silent)).rejects.toMatchObject({
        code: "XV_ERR_CAMPAIGN_CHANGED",
        message: expect.stringMatching(message),
        remedy: expect.stringContaining("that the campaign was begun with"),
      });
    }
    expect(statSync(golden).mtimeMs).toBe(before);
  });

  it("has no trace where the platform takes no instruments", async () => {
    const campaign = { mode: "full", experiments: 1, models: ["register-bit-flip"] };
    const loaded = await campaignConfig(campaign);
    const store = await openCampaignStore(loaded, "begin");
    await runCampaign(loaded, { store });
    const rerun = await rerunExperiment("0", new Map([["base", loaded]]), store, silent);
    expect(rerun.isSame).toBe(true);
    expect(rerun.files.filter((path) => path.includes("trace"))).toEqual([]);
  });
});
