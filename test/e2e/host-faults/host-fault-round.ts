// One round: a guest runs in replicas that are processes, and bits of one of them flip now and then, in registers and in
// memory, without anybody inside knowing.
import type { SlotConfig, Vmm } from "../../../core/index.ts";
import { runGuest, type GuestResult } from "../guest-run.ts";
import { corruptMemory } from "../process-strikes/strike-process.ts";
import type { SeededRandom } from "../single-fault/seeded-random.ts";
import { SUBJECTS, type Subject } from "../single-fault/subjects.ts";
import type { RegisterFlipper } from "./register-flipper.ts";

export interface HostFaultRound {
  readonly subject: Subject;
  readonly slots: Readonly<Record<string, SlotConfig>>;
  /** Where bits flip. */
  readonly target: "registers" | "memory";
  /** In the order in which replicas start, from 0. */
  readonly victim: number;
  /** Epochs at which one bit flips each. */
  readonly epochs: ReadonlySet<number>;
}

type HostFaultOutcome = "not noticed" | "recovered" | "stopped" | "WRONG";

export interface HostFaultResult {
  readonly outcome: HostFaultOutcome;
  /** What noticed it first, where anything did. */
  readonly signal: string | undefined;
  readonly flips: readonly string[];
  /** For a developer, of a wrong one. */
  readonly detail: string;
}

/** Who is silent for so long, while others wait, is hung. */
const WATCHDOG_MS = 2500;
const LATEST_EPOCH = 12;
const MOST_FLIPS = 6;

export function drawRound(random: SeededRandom): HostFaultRound {
  const subject = random.pick(SUBJECTS);
  const flips = 1 + random.below(MOST_FLIPS);
  return {
    subject,
    slots: {
      replication: {
        use: "pair",
        epochSteps: random.pick(subject.epochSteps),
        watchdogMs: WATCHDOG_MS,
      },
      recovery: { use: random.pick(["third-replica", "third-replica", "repair", "rollback"]) },
      checkpoint: random.pick([
        { use: "periodic", everyEpochs: 1 },
        { use: "periodic", everyEpochs: 3 },
        { use: "never" },
      ]),
      placement: { use: "processes" },
    },
    target: random.pick(["registers", "memory"]),
    victim: random.below(2),
    epochs: new Set(Array.from({ length: flips }, () => random.below(LATEST_EPOCH))),
  };
}

export async function runRound(
  round: HostFaultRound,
  expected: GuestResult,
  flipper: RegisterFlipper,
  random: SeededRandom,
): Promise<HostFaultResult> {
  const pids: (number | undefined)[] = [];
  const flips: string[] = [];
  const strike = (): void => {
    const pid = pids[round.victim];
    if (pid === undefined) return;
    try {
      const what =
        round.target === "registers"
          ? flipper.flip(pid, random)
          : `memory ${corruptMemory(pid, random, 1)}`;
      if (what !== undefined) flips.push(what);
    } catch (error) {
      // It may have ended of an earlier one.
      if (!["ENOENT", "ESRCH", "EIO"].includes((error as NodeJS.ErrnoException).code ?? "")) {
        throw error;
      }
    }
  };
  const watch = ({ hooks }: Vmm): void => {
    hooks.replicaStarted.tap("test", ({ replica, pid }) => {
      pids[replica] = pid;
    });
    hooks.epochVerified.tap("test", ({ epoch }) => {
      if (round.epochs.has(epoch)) strike();
    });
  };
  const result = await runGuest({ ...round.subject.run, slots: round.slots, onVmm: watch });
  return { ...judge(result, expected), flips };
}

/** What left is right to the last bit, and all of it did, or the run says that it stopped. */
function judge(result: GuestResult, expected: GuestResult): Omit<HostFaultResult, "flips"> {
  const { report } = result;
  const signal = report.divergences[0]?.divergence.signal;
  const detail = JSON.stringify({ stop: report.stop, divergences: report.divergences });
  const isSame = (one: unknown, other: unknown): boolean =>
    JSON.stringify(one) === JSON.stringify(other);
  if (report.stop.reason === "diverged") {
    const isPrefix = isSame(
      result.committed.join("\n"),
      expected.committed.slice(0, result.committed.length).join("\n"),
    );
    return { outcome: isPrefix ? "stopped" : "WRONG", signal, detail };
  }
  const isRight =
    isSame(report.stop, expected.report.stop) &&
    isSame(report.finalState, expected.report.finalState) &&
    report.outputDigest === expected.report.outputDigest &&
    result.output === expected.output &&
    (expected.disk === undefined || result.disk?.equals(expected.disk) === true);
  if (!isRight) return { outcome: "WRONG", signal, detail };
  return { outcome: report.divergences.length > 0 ? "recovered" : "not noticed", signal, detail };
}
