import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FaultConfig } from "../../../core/index.ts";
import { LETTERS, runToy } from "./toy-run.ts";

/** Reads a line, answers with its letters moved by one, sleeps between them, and powers off at the end of input. */
const ECHO = `
  li r1 0xf000
  shl16 r1 0
  li r10 40
  li r11 4000
line:
  wait
  load r2 r1 0
  li r3 40            # work between the letters
  li r5 0x3000
work:
  store r2 r5 0
  addi r5 256
  add r12 r3
  addi r3 -1
  bnz r3 work
  addi r2 1
  store r2 r1 0
  alarm r11
  wait
  addi r10 -1
  bnz r10 line
  store r10 r1 4
`;
const INPUT = [
  { after: 0, text: "the first ten" },
  { after: 10, text: " and then, on request," },
  { after: 30, text: " ten more." },
];

const fault = (replicas: number, steps: number): fc.Arbitrary<FaultConfig> => {
  const where = {
    replica: fc.integer({ min: 0, max: replicas - 1 }),
    at: fc.integer({ min: 0, max: steps }),
  };
  return fc.oneof(
    fc.record({
      use: fc.constant("register-bit-flip"),
      ...where,
      register: fc.oneof(
        fc.integer({ min: 0, max: 15 }).map((index) => `r${index}`),
        fc.constant("pc"),
      ),
      bit: fc.integer({ min: 0, max: 31 }),
    }),
    fc.record({
      use: fc.constant("memory-bit-flip"),
      ...where,
      address: fc.oneof(
        fc.integer({ min: 0, max: 0x80 }),
        fc.integer({ min: 0, max: 64 * 4096 - 1 }),
      ),
      bit: fc.integer({ min: 0, max: 7 }),
    }),
    fc.record({
      use: fc.constant("result-bit-flip"),
      ...where,
      bit: fc.integer({ min: 0, max: 31 }),
    }),
    fc.record({ use: fc.constant("worker-crash"), ...where }),
  );
};

const strategies = fc.record({
  memorySharing: fc.constantFrom("private", "copy-on-write", "merge-verified"),
  recovery: fc.constantFrom(
    { use: "third-replica", attempts: 3 },
    { use: "rollback", attempts: 3 },
    { use: "repair", attempts: 3 },
  ),
  checkpoint: fc
    .tuple(
      fc.constantFrom(
        { use: "never" },
        { use: "periodic", everyEpochs: 1 },
        { use: "periodic", everyEpochs: 3 },
        { use: "periodic", everyEpochs: 10 },
        { use: "periodic", everyEpochs: 1, generations: 3, cleanSteps: 1200 },
        { use: "periodic", everySteps: 1500, generations: 4, cleanSteps: 0 },
        { use: "dirty-pages", pages: 2, maxSteps: 4000, generations: 2, cleanSteps: 900 },
      ),
      // Written pages compared at once, or held.
      fc.constantFrom({}, { heldFrom: 1, pagesPerEpoch: 1 }, { heldFrom: 2, pagesPerEpoch: 3 }),
    )
    .map(([slot, held]) => ({ ...slot, ...held })),
});

describe("under any single fault", () => {
  it("the outside sees what the fault-free run shows (computation)", async () => {
    const golden = await runToy({ source: LETTERS });
    await fc.assert(
      fc.asyncProperty(fault(2, golden.report.steps), strategies, async (single, chosen) => {
        const { text, report } = await runToy({ source: LETTERS, faults: [single], ...chosen });
        expect(report.stop).toEqual(golden.report.stop);
        expect(text).toBe(golden.text);
        expect(report.steps).toBe(golden.report.steps);
      }),
      { numRuns: 150, seed: 20050 },
    );
  }, 120_000);

  it("the outside sees what the fault-free run shows (input, timers and idling)", async () => {
    const golden = await runToy({ source: ECHO, input: INPUT });
    expect(golden.text).toHaveLength(40);
    await fc.assert(
      fc.asyncProperty(fault(2, golden.report.steps), strategies, async (single, chosen) => {
        const { text, report } = await runToy({
          source: ECHO,
          input: INPUT,
          faults: [single],
          ...chosen,
        });
        expect(report.stop).toEqual(golden.report.stop);
        expect(text).toBe(golden.text);
      }),
      { numRuns: 100, seed: 20051 },
    );
  }, 120_000);

  it("a second fault, in the witness or in the winner, lets no wrong byte out", async () => {
    const golden = await runToy({ source: LETTERS });
    await fc.assert(
      fc.asyncProperty(
        fault(2, golden.report.steps),
        fault(4, golden.report.steps),
        strategies,
        async (first, second, chosen) => {
          const { text, report } = await runToy({
            source: LETTERS,
            faults: [first, second],
            ...chosen,
          });
          const isHonestStop = report.stop.reason === "diverged";
          expect(text).toBe(isHonestStop ? golden.text.slice(0, text.length) : golden.text);
        },
      ),
      { numRuns: 150, seed: 20052 },
    );
  }, 120_000);
});
