// Draws what happens to which process, when, and under which strategies. Everything but the host's timing follows from
// the seed.
import type { SlotConfig } from "../../../core/index.ts";
import type { SeededRandom } from "../single-fault/seeded-random.ts";
import { SUBJECTS, type Subject } from "../single-fault/subjects.ts";

type Deed =
  | { readonly kind: "kill" }
  /** Infinite: it never runs again by itself. */
  | { readonly kind: "stop"; readonly ms: number }
  | { readonly kind: "corrupt"; readonly bytes: number };

type Moment =
  /** Wall milliseconds after the process was started. */
  | { readonly kind: "started"; readonly ms: number }
  | { readonly kind: "epoch"; readonly epoch: number };

export interface Strike {
  readonly deed: Deed;
  /** In the order in which replicas start, from 0. */
  readonly victim: number;
  readonly moment: Moment;
}

export interface Round {
  readonly seed: number;
  readonly subject: Subject;
  readonly slots: Readonly<Record<string, SlotConfig>>;
  /** The second one, if any, hits the replica that recovery from the first one starts. */
  readonly strikes: readonly Strike[];
}

const COMPARED: readonly [replicas: number, replication: string, recovery: string][] = [
  [2, "pair", "third-replica"],
  [2, "pair", "third-replica"],
  [2, "pair", "third-replica"],
  [2, "pair", "repair"],
  [2, "pair", "rollback"],
  [3, "triple", "third-replica"],
  [3, "triple", "repair"],
];
const CHECKPOINTS: readonly SlotConfig[] = [
  { use: "periodic", everyEpochs: 1 },
  { use: "periodic", everyEpochs: 3 },
  { use: "periodic", everyEpochs: 2, generations: 2 },
  { use: "dirty-pages", pages: 3, maxSteps: 300_000 },
  { use: "never" },
];
const SHARING: readonly SlotConfig[] = [
  { use: "merge-verified" },
  { use: "private" },
  { use: "content-hash" },
];
/** Who is silent for so long, while others wait, is hung. */
const WATCHDOG_MS = 2500;
const LONG_WATCHDOG_MS = 30_000;
const LATEST_MS = 250;
const LATEST_EPOCH = 12;
const MOST_BYTES = 64;

export function drawRound(random: SeededRandom, seed: number, longestStopMs: number): Round {
  const subject = random.pick(SUBJECTS);
  // Corruption is for who compares: a backup takes over from a primary that stops.
  const isBackup = random.below(6) === 0;
  const [replicas, replication, recovery] = isBackup
    ? ([2, "primary-backup", "failover"] as const)
    : random.pick(COMPARED);
  const isSecond = !isBackup && random.below(3) === 0;
  const first = drawDeed(random, isBackup || isSecond, longestStopMs);
  const deeds = isSecond ? [first, drawDeed(random, false, longestStopMs)] : [first];
  const isWaitedFor = deeds.every((deed) => deed.kind !== "stop" || deed.ms < Infinity);
  const hasStop = deeds.some(({ kind }) => kind === "stop");
  return {
    seed,
    subject,
    slots: {
      replication: {
        use: replication,
        epochSteps: random.pick(subject.epochSteps),
        watchdogMs: hasStop && isWaitedFor ? LONG_WATCHDOG_MS : WATCHDOG_MS,
      },
      recovery: { use: recovery },
      checkpoint: random.pick(CHECKPOINTS),
      memorySharing: random.pick(SHARING),
      placement: { use: "processes", scrubPages: random.pick([0, 1024]) },
    },
    strikes: deeds.map((deed, index) => ({
      deed,
      victim: index === 0 ? random.below(replicas) : replicas,
      moment:
        index > 0 || random.below(4) === 0
          ? { kind: "started", ms: random.below(LATEST_MS) }
          : { kind: "epoch", epoch: random.below(LATEST_EPOCH) },
    })),
  };
}

/** @param isFatal it has to end the process, so that there is a recovery */
function drawDeed(random: SeededRandom, isFatal: boolean, longestStopMs: number): Deed {
  const kind = random.below(20);
  if (kind < 3)
    return { kind: "stop", ms: isFatal ? Infinity : random.pick([200, longestStopMs, Infinity]) };
  if (isFatal || kind < 10) return { kind: "kill" };
  return { kind: "corrupt", bytes: 1 + random.below(MOST_BYTES) };
}
