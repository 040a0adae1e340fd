import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SlotConfig } from "../../../core/index.ts";
import { LETTERS, pairOf, runToy, soloOf } from "./toy-run.ts";

/** Counts how often it looks for a letter before one is there, and answers twenty of them with where it stood. */
const ANSWERS = `
  li r1 0xf000
  shl16 r1 0
  li r10 20
look:
  addi r3 1
  load r2 r1 0
  li r4 1
  add r4 r2           # 0 where none is there
  bnz r4 answer
  bnz r1 look
answer:
  store r3 r1 0
  addi r10 -1
  bnz r10 look
  store r10 r1 4
`;

describe("the same config", { timeout: 30_000 }, () => {
  it("ends in the same state whatever the host's timing, in one thread or several", async () => {
    const golden = await runToy({ source: LETTERS });
    for (const placement of ["inline", "worker-threads"]) {
      const perturbed = await runToy({ source: LETTERS, placement, jitterMs: 3 });
      expect(perturbed.text).toBe(golden.text);
      expect(perturbed.report.finalState).toBe(golden.report.finalState);
      expect(perturbed.report.epochs).toBe(golden.report.epochs);
    }
  });

  it("ends in the same state however epochs and checkpoints are cut, with one replica or two", async () => {
    const golden = await runToy({ source: LETTERS });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 100, max: 3000 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        async (epochSteps, runAheadEpochs, everyEpochs, isSolo) => {
          const cut = { epochSteps, runAheadEpochs };
          const { report, text } = await runToy({
            source: LETTERS,
            replication: isSolo ? soloOf(cut) : pairOf(cut),
            checkpoint: { use: "periodic", everyEpochs },
          });
          expect(text).toBe(golden.text);
          expect(report.finalState).toBe(golden.report.finalState);
        },
      ),
      { numRuns: 40, seed: 7 },
    );
  }, 60_000);

  it("ends in the same state whenever checkpoints are taken, though input comes in on the way", async () => {
    const input = Array.from({ length: 10 }, (_, index) => ({ after: 2 * index, text: "ab" }));
    for (const runAheadEpochs of [1, 2, 5, 12]) {
      const run = (checkpoint: SlotConfig): ReturnType<typeof runToy> =>
        runToy({
          source: ANSWERS,
          input,
          replication: pairOf({ epochSteps: 20, runAheadEpochs }),
          checkpoint,
        });
      const golden = await run({ use: "never" });
      expect(golden.text).toHaveLength(20);
      for (const everyEpochs of [1, 3]) {
        const { report, text } = await run({ use: "periodic", everyEpochs });
        expect(report.checkpoints).toBeGreaterThan(0);
        expect(text).toBe(golden.text);
        expect(report.finalState).toBe(golden.report.finalState);
        expect(report.epochs).toBe(golden.report.epochs);
      }
    }
  });

  it("ends in the same state after a restore from a checkpoint into another worker", async () => {
    const golden = await runToy({ source: LETTERS });
    const { report } = await runToy({
      source: LETTERS,
      placement: "worker-threads",
      faults: [{ use: "worker-crash", replica: 0, at: 15_000 }],
    });
    expect(report.divergences).toHaveLength(1);
    expect(report.finalState).toBe(golden.report.finalState);
  });
});
