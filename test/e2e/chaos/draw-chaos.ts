// Draws runs in which strategies, faults and moments meet at random. Everything follows from the seed.
import type { FaultConfig } from "../../../core/index.ts";
import { COMPILERS, drawModel, type Experiment } from "../single-fault/draw-experiment.ts";
import type { SeededRandom } from "../single-fault/seeded-random.ts";
import type { Subject } from "../single-fault/subjects.ts";
import { CHECKPOINT, MEMORY_SHARING, slotsOf } from "../strategies/variants.ts";
import { REPLICATIONS, type ReplicationCase } from "./replication-cases.ts";

const WEIGHTED = REPLICATIONS.flatMap((one) => Array.from({ length: one.weight }, () => one));
/** Faults of a run: mostly one, seldom three. */
const COUNTS = [1, 1, 1, 1, 2, 2, 2, 3] as const;
/** How near to a boundary, to the start and to the end faults are put that aim at them. */
const NEAR_STEPS = 40;
/** Threads are slower to try than turns in one thread: one run in so many. */
const ONE_IN_WORKERS = 12;
const ONE_IN_JITTERED = 10;
const JITTER_MS = 3;
const ONE_IN_COMPARISONS = 12;
const ONE_IN_CORES = 6;
const LASTING: readonly string[] = ["stuck-at", "result-stuck-at"];

export function drawChaos(
  random: SeededRandom,
  subject: Subject,
  { seed, steps }: { readonly seed: number; readonly steps: number },
): Experiment {
  const replication = random.pick(WEIGHTED);
  const recovery = random.pick(replication.recoveries);
  const epochSteps = random.pick(subject.epochSteps);
  const checkpoint = random.pick(slotsOf(CHECKPOINT));
  const count = replication.maxFaults === 1 ? 1 : random.pick(COUNTS);
  const faults = Array.from({ length: Math.min(count, replication.maxFaults) }, (_, index) =>
    drawFault(random, subject, { replication, index, epochSteps, steps }),
  );
  const isThreaded = random.below(ONE_IN_WORKERS) === 0;
  const jitterMs = random.below(ONE_IN_JITTERED) === 0 ? JITTER_MS : 0;
  return {
    seed,
    faults,
    slots: {
      replication: { ...replication.slot, epochSteps, runAheadEpochs: 1 + random.below(4) },
      placement: { use: isThreaded ? "worker-threads" : "inline", jitterMs },
      memorySharing: random.pick(slotsOf(MEMORY_SHARING)),
      checkpoint,
      voting: random.pick(recovery.votings),
      recovery: recovery.slot,
    },
    compiler: random.pick(COMPILERS),
    mayStop: recovery.mayStop,
  };
}

function drawFault(
  random: SeededRandom,
  subject: Subject,
  place: {
    readonly replication: ReplicationCase;
    readonly index: number;
    readonly epochSteps: number;
    readonly steps: number;
  },
): FaultConfig {
  const { replication, index } = place;
  // The first one hits a replica of the start; later ones may hit whoever a recovery made, too.
  const replica = random.below(replication.replicas + (index === 0 ? 0 : 2));
  const at = drawMoment(random, place);
  if (replication.isFailStop) return { use: "worker-crash", replica, at };
  if (index === 0 && random.below(ONE_IN_COMPARISONS) === 0) {
    return { use: "comparison-error", at, says: random.pick(["differ", "equal"]) };
  }
  const model = drawModel(random, subject);
  // Whoever runs there then; what stays would strike whoever is put there, for ever.
  const isOfCore = !LASTING.includes(model.use) && random.below(ONE_IN_CORES) === 0;
  return isOfCore
    ? { ...model, core: random.below(replication.replicas + 1), at }
    : { ...model, replica, at };
}

/** Anywhere, at the start, at the end, or around the boundaries at which epochs and checkpoints are. */
function drawMoment(
  random: SeededRandom,
  { epochSteps, steps }: { readonly epochSteps: number; readonly steps: number },
): number {
  const kind = random.below(8);
  if (kind === 0) return random.below(NEAR_STEPS);
  if (kind === 1) return steps - 1 - random.below(NEAR_STEPS);
  if (kind === 2) {
    const boundary = random.below(Math.ceil(steps / epochSteps)) * epochSteps;
    return Math.max(0, Math.min(steps - 1, boundary - NEAR_STEPS / 2 + random.below(NEAR_STEPS)));
  }
  return random.below(steps);
}
