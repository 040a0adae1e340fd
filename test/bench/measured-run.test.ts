import { describe, expect, it } from "vitest";
import { BenchError } from "../../bench/bench-error.ts";
import { measureRun } from "../../bench/measured-run.ts";
import { guestConfig, PAIR, SOLO } from "../../bench/workloads.ts";

/** Processes of their own, each of which loads all sources. */
const TIMEOUT_MS = 60_000;

describe("a measured run", { timeout: TIMEOUT_MS }, () => {
  it("has the figures of a pair with checkpoints and a recovery", async () => {
    const { cpuSeconds, wallSeconds, run } = await measureRun(
      guestConfig("small", {
        ...PAIR,
        replication: { use: "pair", epochSteps: 100_000 },
        checkpoint: { use: "periodic", everyEpochs: 3 },
        faults: [{ use: "register-bit-flip", replica: 1, at: 950_000, register: "x2", bit: 4 }],
      }),
    );
    expect(run.steps).toBeGreaterThan(1_000_000);
    expect(run.running.steps).toBe(run.steps - 100_000);
    expect(run.running.wallSeconds).toBeLessThanOrEqual(wallSeconds);
    expect(run.running.cpuSeconds).toBeLessThanOrEqual(cpuSeconds);
    // A checkpoint waits for the epochs granted already: it comes later than asked for, always by as much.
    expect(run.checkpoints.map(({ steps }) => steps).slice(0, 3)).toEqual([
      400_000, 800_000, 1_200_000,
    ]);
    expect(run.checkpoints.every(({ frames, dirtyPages }) => frames > dirtyPages)).toBe(true);
    expect(run.recoveries).toHaveLength(1);
    expect(run.recoveries[0]?.intervalSteps).toBe(100_000);
    expect(run.recoveries[0]?.durationMs).toBeGreaterThan(0);
  });

  it("that doesn't power off is an error", async () => {
    const fault = { use: "register-bit-flip", replica: 0, at: 500_000, register: "pc", bit: 40 };
    const config = guestConfig("small", { ...SOLO, faults: [fault] });
    await expect(measureRun({ ...config, limits: { steps: 5_000_000 } })).rejects.toThrow(
      BenchError,
    );
  });
});
