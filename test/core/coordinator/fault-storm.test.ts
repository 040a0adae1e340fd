// Many faults in one run, in originals and in whatever replaces them. Such a run may have to stop, but never with a
// wrong byte outside, and never by waiting for ever.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FaultConfig } from "../../../core/index.ts";
import type { StopReason } from "../../../core/coordinator/run-report.ts";
import { LETTERS, pairOf, runToy, tripleOf } from "./toy-run.ts";

/** Steps of the fault-free run. */
const STEPS = 21_086;

const STEP_LIMIT = 7777;
const TEXT = "ABCDEFGHIJ";
/** What may have left when a run ends in this way. */
const TEXTS: Partial<Record<StopReason, readonly string[]>> = {
  "power-off": [TEXT],
  "step-limit": ["ABC"],
  diverged: [...TEXT, ""].map((_, index) => TEXT.slice(0, index)),
};

const where = {
  replica: fc.integer({ min: 0, max: 7 }),
  at: fc.integer({ min: 0, max: STEPS }),
};
const flip: fc.Arbitrary<FaultConfig> = fc.record({
  use: fc.constant("register-bit-flip"),
  ...where,
  register: fc.constantFrom("r1", "r2", "r3", "r4", "r5", "r6", "r8", "pc"),
  bit: fc.integer({ min: 0, max: 31 }),
});
const memory: fc.Arbitrary<FaultConfig> = fc.record({
  use: fc.constant("memory-bit-flip"),
  ...where,
  address: fc.integer({ min: 0, max: 0x80 }),
  bit: fc.integer({ min: 0, max: 7 }),
});
const crash: fc.Arbitrary<FaultConfig> = fc.record({ use: fc.constant("worker-crash"), ...where });
const hang: fc.Arbitrary<FaultConfig> = fc.record({ use: fc.constant("worker-hang"), ...where });

const comparison: fc.Arbitrary<FaultConfig> = fc.record({
  use: fc.constant("comparison-error"),
  at: where.at,
  says: fc.constantFrom("differ", "equal"),
});

const surroundings = fc.record({
  memorySharing: fc.constantFrom("private", "copy-on-write", "merge-verified"),
  recovery: fc.constantFrom(
    { use: "third-replica", attempts: 3 },
    { use: "rollback", attempts: 3 },
    { use: "repair", attempts: 3 },
  ),
  checkpoint: fc.constantFrom(
    { use: "never" },
    { use: "periodic", everyEpochs: 1 },
    { use: "periodic", everyEpochs: 1, generations: 3, cleanSteps: 1000 },
  ),
  replication: fc
    .tuple(fc.constantFrom(1, 2, 7, 64), fc.constantFrom(pairOf, pairOf, tripleOf))
    .map(([runAheadEpochs, planOf]) => planOf({ runAheadEpochs, watchdogMs: 30 })),
  voting: fc.constantFrom("majority", "majority", "unanimous"),
  stepLimit: fc.constantFrom(0, 0, STEP_LIMIT),
});

describe("under a storm of faults", { timeout: 120_000 }, () => {
  it.each<[string, fc.Arbitrary<FaultConfig>, number, number]>([
    ["crashes", crash, 12, 25],
    ["hangs", hang, 3, 12],
    ["crashes, hangs and flips", fc.oneof(flip, memory, crash, hang, comparison), 6, 35],
  ])("of %s no wrong byte leaves, and the run ends", async (_what, fault, most, numRuns) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fault, { minLength: 2, maxLength: most }),
        surroundings,
        async (faults, chosen) => {
          const { text, report } = await runToy({ source: LETTERS, faults, ...chosen });
          const { reason } = report.stop;
          expect(TEXTS).toHaveProperty(reason);
          expect(TEXTS[reason]).toContain(text);
          const live = Object.keys(report.framesByOwner).filter((name) => /\d/.test(name));
          expect(reason === "diverged" || live.length >= 2).toBe(true);
        },
      ),
      { numRuns, seed: 20053 },
    );
  });
});
