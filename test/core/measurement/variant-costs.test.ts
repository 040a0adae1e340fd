import { describe, expect, it } from "vitest";
import { loadConfigObject } from "../../../core/config/load-config.ts";
import {
  measureInProcess,
  MeasurementStopped,
} from "../../../core/measurement/measured-process.ts";
import { measureVariants } from "../../../core/measurement/variant-costs.ts";
import type { RunCosts } from "../../../core/measurement/run-costs.ts";
import type { Config } from "../../../core/index.ts";
import { bareMetalMachine } from "../replica/bare-metal-machine.ts";

const FAULT = { use: "register-bit-flip", replica: 1, at: 700_000, register: "x2", bit: 4 };

async function configOf(changes: object = {}): Promise<Config> {
  const { boot, clock } = bareMetalMachine("small");
  const { config } = await loadConfigObject({
    machine: { boot, clock, ram: "16 MiB" },
    console: "null",
    replication: { use: "pair", epochSteps: 100_000 },
    checkpoint: { use: "periodic", everyEpochs: 3 },
    log: { level: "silent" },
    ...changes,
  });
  return config;
}

const MADE_UP: RunCosts = {
  stop: { reason: "power-off", exitCode: 0 },
  steps: 1000,
  epochs: 10,
  replicas: 2,
  outputDigest: "",
  wallMs: 100,
  cpuMs: 200,
  startMs: 5,
  checkpointPausesMs: [],
  memory: [],
  framesAtEnd: 7,
  peakFrames: 9,
  outputDelaysMs: [],
  recoveries: [],
  events: [],
};

describe("measureVariants", { timeout: 120_000 }, () => {
  it("takes turns, and medians over what it measured", async () => {
    const config = await configOf();
    const told: string[] = [];
    const walls = [100, 500, 140, 130, 120, 90];
    const costs = await measureVariants(
      [
        { name: "a", config },
        { name: "b", config },
      ],
      {
        runs: 3,
        note: (text) => told.push(text),
        measure: async () => ({ ...MADE_UP, wallMs: walls[told.length - 1] ?? 0 }),
      },
    );
    expect(told.slice(0, 3)).toEqual(["a, run 1 of 3", "b, run 1 of 3", "a, run 2 of 3"]);
    expect(costs.get("a")).toMatchObject({ wallMs: 120, wallSamplesMs: [100, 140, 120] });
    expect(costs.get("b")).toMatchObject({ wallMs: 130, framesAtRest: 7, timeline: [] });
    expect(costs.get("a")?.pauseMs).toBeUndefined();
  });

  it("refuses the costs of a run that did not end as it should", async () => {
    const variants = [{ name: "bad", config: await configOf() }];
    const stop = { reason: "diverged", exitCode: 0, detail: "nobody agrees" } as const;
    await expect(
      measureVariants(variants, { runs: 1, measure: async () => ({ ...MADE_UP, stop }) }),
    ).rejects.toMatchObject({ code: "XV_ERR_MEASUREMENT", place: "variant bad" });
  });

  it("measures runs in processes, with and without a fault", async () => {
    const config = await configOf();
    const costs = await measureVariants([{ name: "pair", config, fault: FAULT }], { runs: 1 });
    const pair = costs.get("pair");
    expect(pair?.wallMs).toBeGreaterThan(0);
    expect(pair?.cpuMs).toBeGreaterThan(0);
    expect(pair?.checkpoints).toBeGreaterThan(1);
    expect(pair?.pauseMs).toBeGreaterThan(0);
    expect(pair?.outputDelay?.mostMs).toBeGreaterThan(0);
    expect(pair?.memory.length).toBeGreaterThan(0);
    expect(pair?.recoveryMs).toBeGreaterThan(0);
    expect(pair?.replayedSteps).toBeGreaterThan(0);
    const kinds = pair?.timeline.map(({ kind }) => kind) ?? [];
    const [fault, divergence, recovered, verified] = [
      "fault",
      "divergence",
      "recovered",
      "verified",
    ].map((kind) => kinds.indexOf(kind as "fault"));
    expect(fault).toBeGreaterThanOrEqual(0);
    expect(divergence).toBeGreaterThanOrEqual(0);
    expect(recovered).toBeGreaterThan(divergence!);
    expect(verified).toBeGreaterThan(recovered!);
    expect(kinds.indexOf("replica")).toBeGreaterThan(divergence!);
  });
});

describe("measureInProcess", { timeout: 60_000 }, () => {
  it("passes on what is wrong with a config", async () => {
    const config = await configOf();
    const wrong = {
      ...config,
      machine: { ...config.machine, boot: { use: "elf", program: "/nowhere" } },
    };
    await expect(measureInProcess(wrong)).rejects.toMatchObject({
      name: "ExtravirtError",
      remedy: expect.stringMatching(/\w/) as string,
    });
  });

  it("ends its process when nobody wants the result any more", async () => {
    const stop = new AbortController();
    const { boot, clock } = bareMetalMachine("quick-start");
    const measured = measureInProcess(
      await configOf({ machine: { boot, clock, ram: "16 MiB" } }),
      stop.signal,
    );
    setTimeout(() => stop.abort(), 100);
    await expect(measured).rejects.toThrow(MeasurementStopped);
  });
});
