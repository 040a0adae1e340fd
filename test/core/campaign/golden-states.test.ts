import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { goldenRunOf } from "../../../core/campaign/golden-run.ts";
import { GoldenStates } from "../../../core/campaign/golden-states.ts";
import { Subject } from "../../../core/campaign/subject.ts";
import { RecordedRun } from "../../../core/recording/recorded-run.ts";
import { LETTERS } from "../coordinator/toy-run.ts";
import { campaignConfig } from "./campaign-config.ts";

const MACHINE = {
  platform: "toy",
  ram: "32 KiB",
  boot: { use: "toy-program", source: LETTERS },
  clock: { stepsPerTick: 10, startTime: "2026-01-01T00:00:00Z" },
};

describe("states of the run without faults", { timeout: 60_000 }, () => {
  it("give way where frames run out, but for those of comparisons, and the message says so", async () => {
    const statesWith = async (
      everyEpochs: number,
      versionFrames: number,
    ): Promise<{ states: GoldenStates; checks: number }> => {
      const slots = { machine: MACHINE, checkpoint: { everyEpochs } };
      const loaded = await campaignConfig({}, slots);
      const directory = join(loaded.config.campaign!.directory, "golden");
      const { facts, recording } = await goldenRunOf(loaded, { directory });
      const run = new RecordedRun(recording);
      try {
        const subject = new Subject({
          manifest: run.manifest,
          registry: loaded.registry,
          symbols: run.symbols,
          instruments: [],
          points: run.points.filter(({ epoch }) => epoch < 0),
          pages: run.pages,
          versionFrames,
        });
        const parts = { subject, run, facts, fromStep: 0, firstEpoch: 0 };
        const states = new GoldenStates({ ...parts, isWithoutShortcuts: false });
        return { states, checks: facts.checks.length };
      } finally {
        run.close();
      }
    };
    const { states, checks } = await statesWith(1, 1000);
    expect(checks).toBeGreaterThan(10);
    expect(states.places.length).toBeGreaterThanOrEqual(checks);
    const few = await statesWith(1000, 8);
    expect(few.states.places.length).toBeLessThan(states.places.length);
    await expect(statesWith(1, 8)).rejects.toMatchObject({
      code: "XV_ERR_CAMPAIGN_STATES",
      value: expect.stringMatching(/^\d+ comparisons, \d+ states$/),
      remedy: expect.stringMatching(/fewer checkpoints.*fromStep.*mode: full/),
    });
  });
});
