import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFiles } from "../config/temporary-files.ts";
import { LETTERS } from "../coordinator/toy-run.ts";
import { capture } from "./capture-io.ts";

const CONFIG = {
  machine: {
    platform: "toy",
    ram: "256 KiB",
    boot: { use: "toy-program", source: LETTERS },
    clock: { stepsPerTick: 10, startTime: "2026-01-01T00:00:00Z" },
  },
  placement: "inline",
  replication: { use: "pair", epochSteps: 500 },
  checkpoint: { everyEpochs: 4 },
  campaign: { workers: 1, experiments: 8, models: ["register-bit-flip"] },
};

describe("extravirt campaign report", { timeout: 90_000 }, () => {
  it("describes what was run, whatever the config says by now", async () => {
    const home = await temporaryFiles({ "toy.json": JSON.stringify(CONFIG) });
    const config = join(home, "toy.json");
    const page = async (...more: string[]): Promise<{ text: string; err: string }> => {
      const { err, code } = await capture(["campaign", "report", config, ...more]);
      expect(code).toBe(0);
      return { text: await readFile(join(home, "toy.campaign", "report.html"), "utf8"), err };
    };
    expect((await capture(["campaign", config, "--quiet"])).code).toBe(0);
    const own = await page("--set", "campaign.workers=2");
    expect(own.err).toBe("");
    expect(own.text).toContain("--set campaign.workers=2");
    expect(own.text).toContain("pair (");
    expect(own.text).toContain("epochSteps 500");
    expect(own.text).toContain("third-replica");

    const set = ["--set", "replication=triple", "--set", "campaign.seed=77"];
    const { text, err } = await page(...set);
    expect(err).toContain("not the one that was run: campaign.seed: 1 before, 77 now");
    expect(text).toContain("seed 1");
    expect(text).not.toContain("--set");
    expect(text).toContain("campaign.seed: 1 before, 77 now");
    expect(text).not.toMatch(/<td[^>]*>triple/);
    const status = await capture(["campaign", "status", config, ...set]);
    expect(status.err).toContain("campaign.seed: 1 before, 77 now");
    expect(status.out).toContain("base: 8 of 8 experiments done");
  });
});
