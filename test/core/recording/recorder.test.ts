// What recordings hold when recovery goes back behind a checkpoint from which a snapshot came.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registryFor } from "../../../core/recording/recorded-machine.ts";
import { RecordedRun } from "../../../core/recording/recorded-run.ts";
import {
  RecordingReplay,
  type ReplayOptions,
  type ReplayResult,
} from "../../../core/recording/replay-recording.ts";
import { pairOf, soloOf, type ToyRun } from "../coordinator/toy-run.ts";
import { recordToy, type RecordedToy } from "./recorded-toy.ts";

/** No instruction of the program comes near it. */
const PAGE = 0x30;
const ADDRESS = PAGE * 4096;

async function replay(path: string, options: ReplayOptions = {}): Promise<ReplayResult> {
  const run = new RecordedRun(path);
  const registry = await registryFor(run.manifest, run.path, undefined);
  const result = new RecordingReplay(run, registry, options).execute();
  run.close();
  return result;
}

/** Every checkpoint comes with a snapshot; they are 2,500 steps apart. */
const record = (run: Partial<ToyRun>, snapshotEveryEpochs = 1): Promise<RecordedToy> =>
  recordToy(
    {
      checkpoint: { use: "periodic", everySteps: 2000, generations: 2, cleanSteps: 1000 },
      recovery: { use: "rollback", attempts: 2 },
      ...run,
    },
    snapshotEveryEpochs,
  );

const latent = { use: "memory-bit-flip", replica: 0, at: 6000, address: ADDRESS, bit: 1 };
const crash = { use: "worker-crash", replica: 0, at: 8000 };

interface Points {
  readonly steps: readonly number[];
  /** Those of the last snapshot. */
  readonly lastPages: readonly number[];
}

function pointsOf(path: string): Points {
  const run = new RecordedRun(path);
  run.close();
  expect(run.seal?.snapshots).toBe(run.points.length - 1);
  return {
    steps: run.points.map(({ steps }) => steps),
    lastPages: run.points.at(-1)?.pages.map(({ page }) => page) ?? [],
  };
}

async function expectSameFromAnywhere({ directory, report }: RecordedToy): Promise<void> {
  expect(await replay(directory)).toMatchObject({
    difference: undefined,
    isFinalStateChecked: true,
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: report.steps }), async (toStep) => {
      const near = await replay(directory, { toStep });
      const far = await replay(directory, { toStep, isFromStart: true });
      expect([near.difference, far.difference]).toEqual([undefined, undefined]);
      const [one, other] = [near, far].map(({ replica }) => replica.machine.memory);
      expect(one?.read(0, 64 * 4096)).toEqual(other?.read(0, 64 * 4096));
    }),
    { numRuns: 15 },
  );
}

describe("a recording of a run that went back behind a checkpoint", { timeout: 30_000 }, () => {
  it.each([
    ["solo", soloOf(), [0]],
    ["pair", pairOf(), [0, 1]],
  ])("has no snapshot of what the error was in (%s)", async (_name, replication, replica) => {
    const recorded = await record({ replication, faults: [{ ...latent, replica }, crash] });
    expect(recorded.report.divergences).toMatchObject([
      { outcome: { kind: "recovered" }, demoted: [{ steps: 7500 }] },
    ]);
    const { steps } = pointsOf(recorded.directory);
    expect(steps).toContain(5000);
    expect(steps).not.toContain(7500);
    await expectSameFromAnywhere(recorded);
  });

  it("lists the pages of that one again in the next", async () => {
    const limited = { replication: soloOf(), faults: [latent, crash], stepLimit: 10_500 };
    const { directory } = await record(limited);
    const { steps, lastPages } = pointsOf(directory);
    expect(steps.at(-1)).toBeGreaterThan(7500);
    expect(lastPages).toContain(PAGE);
  });

  it("is right where no snapshot came of that checkpoint", async () => {
    const recorded = await record({ replication: soloOf(), faults: [latent, crash] }, 10);
    expect(recorded.report.divergences[0]?.demoted).toMatchObject([{ steps: 7500 }]);
    expect(pointsOf(recorded.directory).steps.slice(0, 2)).toEqual([0, 5000]);
    await expectSameFromAnywhere(recorded);
  });

  it("is right after several of them, one after the other and at once", async () => {
    const checkpoint = { use: "periodic", everySteps: 2000, generations: 3, cleanSteps: 4000 };
    const faults = [
      latent,
      crash,
      { ...latent, replica: 1, at: 10_000 },
      { ...crash, replica: 1, at: 13_200 },
    ];
    const recorded = await record({ replication: soloOf(), checkpoint, faults });
    const demoted = recorded.report.divergences.flatMap((divergence) => divergence.demoted ?? []);
    expect(demoted.length).toBeGreaterThan(2);
    const { steps } = pointsOf(recorded.directory);
    expect(steps).toEqual([...new Set(steps)].toSorted((a, b) => a - b));
    await expectSameFromAnywhere(recorded);
  });
});
