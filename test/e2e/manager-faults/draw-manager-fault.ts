// Draws experiments: a fault of the coordinator, the strategies it meets, and now and then a fault of a replica, so that
// it meets a recovery. Everything follows from the seed.
import {
  COORDINATOR_MOMENTS,
  COORDINATOR_STRUCTURES,
  type CoordinatorStructure,
  type FaultConfig,
  type SlotConfig,
} from "../../../core/index.ts";
import { SeededRandom } from "../single-fault/seeded-random.ts";
import { CHECKPOINT, MEMORY_SHARING, slotsOf } from "../strategies/variants.ts";
import { MANAGER_SUBJECTS, type ManagerSubject } from "./manager-subjects.ts";

export type Site =
  | CoordinatorStructure
  /** What is no flipped bit in a structure. */
  | "checkpoint-memory"
  | "evaluation"
  | "internal-error";

export const SITES: readonly Site[] = [
  ...COORDINATOR_STRUCTURES,
  "checkpoint-memory",
  "evaluation",
  "internal-error",
];

export interface ManagerExperiment {
  readonly seed: number;
  readonly site: Site;
  readonly subject: ManagerSubject;
  readonly slots: Readonly<Record<string, SlotConfig>> & { readonly replication: SlotConfig };
  readonly faults: readonly FaultConfig[];
  /** A fault of a replica brings it into a recovery. */
  readonly isWithReplicaFault: boolean;
}

/** Both sides see these only where replicas are threads of their own. */
const OF_THREADS: readonly Site[] = ["mailboxes", "ballot-boxes"];
/** There only at one moment, or in a recovery. */
const OF_RECOVERY: readonly Site[] = ["vote"];
const OF_ANY_PLACEMENT = SITES.filter((site) => !OF_THREADS.includes(site));
const ONE_IN_THREADS = 3;
const ONE_IN_RECOVERIES = 5;
const ONE_IN_BURSTS = 6;
const MAX_WORD = 2 ** 32;
const WATCHDOG_MS = { threads: 2000, inline: 500 };

/** Sites turn, so that each is met equally often; threads, which are slow to start, are not. */
export function drawManagerFault(seed: number): ManagerExperiment {
  const random = new SeededRandom(seed);
  const turn = SITES[seed % SITES.length] ?? "outputs";
  const isSkipped = OF_THREADS.includes(turn) && random.below(ONE_IN_THREADS) > 0;
  const site = isSkipped ? random.pick(OF_ANY_PLACEMENT) : turn;
  const subject = random.pick(
    MANAGER_SUBJECTS.flatMap((one) => Array.from({ length: one.weight }, () => one)),
  );
  const isThreaded = OF_THREADS.includes(site);
  const isWithReplicaFault = OF_RECOVERY.includes(site) || random.below(ONE_IN_RECOVERIES) === 0;
  const replication = random.pick(["pair", "pair", "triple"]);
  const epochSteps = random.pick(subject.epochSteps);
  const at = random.below(Math.floor(subject.steps * 0.9));
  const replicaFault: FaultConfig = {
    use: "memory-bit-flip",
    ...drawReplicaFault(random, subject, replication === "triple" ? 3 : 2),
    at: Math.max(0, at - random.below(epochSteps)),
  };
  return {
    seed,
    site,
    subject,
    isWithReplicaFault,
    slots: {
      replication: {
        use: replication,
        epochSteps,
        runAheadEpochs: random.pick([1, 3]),
        watchdogMs: isThreaded ? WATCHDOG_MS.threads : WATCHDOG_MS.inline,
      },
      placement: { use: isThreaded ? "worker-threads" : "inline" },
      memorySharing: random.pick(slotsOf(MEMORY_SHARING)),
      checkpoint: random.pick(slotsOf(CHECKPOINT)),
      recovery: { use: random.pick(["third-replica", "third-replica", "repair", "rollback"]) },
    },
    faults: [
      drawFault(random, site, subject, { at, isWithReplicaFault }),
      ...(isWithReplicaFault ? [replicaFault] : []),
    ],
  };
}

function drawFault(
  random: SeededRandom,
  site: Site,
  subject: ManagerSubject,
  { at, isWithReplicaFault }: { readonly at: number; readonly isWithReplicaFault: boolean },
): FaultConfig {
  const width = random.below(ONE_IN_BURSTS) === 0 ? 2 + random.below(3) : 1;
  if (site === "checkpoint-memory") {
    const { address } = drawReplicaFault(random, subject, 1);
    return { use: "checkpoint-bit-flip", at, address, bit: random.below(5), width };
  }
  if (site === "evaluation") {
    return { use: "comparison-error", at, says: isWithReplicaFault ? "equal" : "differ" };
  }
  const moments = COORDINATOR_MOMENTS.filter(
    (moment) => isWithReplicaFault || !["diverged", "voted", "recovered"].includes(moment),
  );
  if (site === "internal-error") {
    return { use: "coordinator-error", at, when: random.pick(moments) };
  }
  return {
    use: "coordinator-bit-flip",
    at,
    structure: site,
    entry: random.below(MAX_WORD),
    bit: random.below(MAX_WORD),
    width,
    // What exists at one moment only is found by itself.
    when: ["verdict", "comparison", "outputs", "policy", "vote"].includes(site)
      ? "any"
      : random.pick(moments),
  };
}

/** An error in memory that the guest uses. */
function drawReplicaFault(
  random: SeededRandom,
  { machine }: ManagerSubject,
  replicas: number,
): { readonly replica?: number; readonly address: number; readonly bit: number } {
  const isToy = (machine["platform"] as SlotConfig).use === "toy";
  // Programs are at the start of memory and at 0x3000 or 0x4000; those of RISC-V at its start.
  const address = isToy ? random.below(0x8000) : 0x8000_0000 + random.below(0x6000);
  return {
    ...(replicas > 1 && { replica: random.below(replicas) }),
    address,
    bit: random.below(8),
  };
}
