import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LETTERS, pairOf, runToy, soloOf } from "./toy-run.ts";

describe("the same config", () => {
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
