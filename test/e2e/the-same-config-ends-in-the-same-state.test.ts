// Determinism of whole runs: registers, devices and memory at the end do not depend on the host's timing, on the number
// of replicas, on how epochs are cut, on what is compiled when, or on a restore in the middle.
import { beforeAll, describe, expect, it } from "vitest";
import type { SlotConfig } from "../../core/index.ts";
import { runGuest } from "./guest-run.ts";
import type { CompilerChoice, GuestResult } from "./guest-run.ts";
import { SeededRandom } from "./single-fault/seeded-random.ts";
import { SUBJECTS } from "./single-fault/subjects.ts";

const JITTER_MS = 2;
const CUTS = 6;
const RESTORES = 3;

/** Input enters at ends of epochs, so with input a guest's way depends on where those are. */
const hasInput = (name: string): boolean => /^(block|console-echo|network)/.test(name);

describe.each(SUBJECTS)("$name", (subject) => {
  const random = new SeededRandom(SUBJECTS.indexOf(subject));
  const epochs = { epochSteps: random.pick(subject.epochSteps), runAheadEpochs: 2 };
  const checkpoint = { use: "periodic", everyEpochs: 3 };
  const golden: { result?: GuestResult } = {};

  const run = (
    slots: Record<string, SlotConfig>,
    faults: SlotConfig[] = [],
    compiler: CompilerChoice = {},
  ): Promise<GuestResult> =>
    runGuest({
      ...subject.run,
      compiler,
      slots: {
        replication: { use: "pair", ...epochs },
        checkpoint,
        placement: { use: "inline" },
        ...slots,
      },
      faults: faults.map((fault) => ({ replica: 0, at: 0, ...fault })),
    });

  function expectSameEnd(result: GuestResult): void {
    expect(result.report.finalState).toMatch(/^[0-9a-f]{64}$/);
    expect(result.report.finalState).toBe(golden.result?.report.finalState);
    expect(result.report.steps).toBe(golden.result?.report.steps);
    expect(result.output).toBe(golden.result?.output);
    // As texts: a difference of a whole disk would take minutes to print.
    expect(result.disk?.toString("latin1") === golden.result?.disk?.toString("latin1")).toBe(true);
    expect(result.report.stop).toEqual(golden.result?.report.stop);
  }

  beforeAll(async () => {
    golden.result = await run({});
  });

  it("on one replica and on two, in one thread and in several, under perturbed timing", async () => {
    for (const use of ["solo", "pair"]) {
      for (const placement of ["inline", "worker-threads"]) {
        const result = await run({
          replication: { use, ...epochs },
          placement: { use: placement, jitterMs: JITTER_MS },
        });
        expectSameEnd(result);
        expect(result.report.divergences).toEqual([]);
      }
    }
  });

  /** With input, epochs stay as they are. */
  function randomCut(): Record<string, SlotConfig> {
    const steps = golden.result?.report.steps ?? 0;
    const cut = {
      replication: {
        use: random.pick(["solo", "pair"]),
        epochSteps: Math.ceil(steps / (1 + random.below(60))) + random.below(1000) + 100,
        runAheadEpochs: 1 + random.below(4),
      },
    };
    return {
      memorySharing: { use: random.pick(["private", "copy-on-write", "merge-verified"]) },
      checkpoint: { use: "periodic", everyEpochs: 1 + random.below(5) },
      ...(hasInput(subject.name) ? {} : cut),
    };
  }

  it("however memory is shared and, without input, however epochs and checkpoints are cut", async () => {
    for (let count = 0; count < CUTS; count++) expectSameEnd(await run(randomCut()));
  });

  it("whenever checkpoints are taken, with and without input", async () => {
    for (const runAheadEpochs of [1, 2, 5]) {
      const replication = { use: "pair", ...epochs, runAheadEpochs };
      const never = await run({ replication, checkpoint: { use: "never" } });
      expect(never.report.finalState).toMatch(/^[0-9a-f]{64}$/);
      for (const everyEpochs of [1, 3]) {
        const { report, output, committed } = await run({
          replication,
          checkpoint: { use: "periodic", everyEpochs },
        });
        expect(report.checkpoints).toBeGreaterThan(0);
        expect(report.finalState).toBe(never.report.finalState);
        expect([report.steps, report.epochs]).toEqual([never.report.steps, never.report.epochs]);
        expect(output).toBe(never.output);
        expect(committed.join("\n") === never.committed.join("\n")).toBe(true);
      }
    }
  });

  it("whatever is compiled when and dropped again, however epochs are cut", async () => {
    const compilers: readonly CompilerChoice[] = [
      { compileAfterJumps: 0 },
      { compileAfterJumps: 1 },
      { compileAfterJumps: 3, maxCompiledInstructions: 200 },
      {
        compileAfterJumps: 1 + random.below(100),
        maxCompiledInstructions: 1 + random.below(1000),
      },
    ];
    for (const compiler of compilers) {
      const result = await run(randomCut(), [], compiler);
      expectSameEnd(result);
      expect(result.report.divergences).toEqual([]);
    }
  });

  it("after all replicas were restored from a checkpoint", async () => {
    const steps = golden.result?.report.steps ?? 0;
    for (let count = 0; count < RESTORES; count++) {
      const at = Math.floor(steps / 10) + random.below(Math.floor((steps * 8) / 10));
      const faults = [{ use: "worker-crash", replica: random.below(2), at }];
      const result = await run(
        { recovery: { use: "rollback" }, placement: { use: "worker-threads", jitterMs: 1 } },
        faults,
      );
      expectSameEnd(result);
      expect(result.report.checkpoints).toBeGreaterThan(0);
      expect(result.report.divergences.map(({ outcome }) => outcome.kind)).toEqual(["recovered"]);
    }
  });

  it("after both replicas of the start were replaced by replays, one after the other", async () => {
    const steps = golden.result?.report.steps ?? 0;
    const faults = [0, 1].map((replica) => ({
      use: "worker-crash",
      replica,
      at: Math.floor((steps * (replica + 1)) / 3),
    }));
    const result = await run({ recovery: { use: "third-replica" } }, faults);
    expectSameEnd(result);
    expect(result.report.divergences.map(({ outcome }) => outcome.kind)).toEqual([
      "recovered",
      "recovered",
    ]);
  });
});
