// A recovery mechanism that answers from a script and remembers what it was asked, in order.
import type { Divergence, RecoveryMechanism, Verdict } from "../../../core/index.ts";

export interface Script {
  /** Number of the first witness; default 2, as for a pair. */
  readonly witness?: number;
  /** Verdicts of successive witnesses; the last one repeats. */
  readonly verdicts?: readonly Verdict[];
  /** Whether successive witnesses claim what an earlier one did; the last one repeats. Default false. */
  readonly repeated?: readonly boolean[];
  /** Answers of `vote`, the last one repeating; default undecided. */
  readonly votes?: readonly Verdict[];
  /** Answers of `repair`, the last one repeating; default 5. */
  readonly repaired?: readonly (number | undefined)[];
  /** Answers of `addReplica`, the last one repeating; default "added". */
  readonly added?: readonly ("added" | "died" | "contradicted")[];
  /** Answers of `replace`, the last one repeating; default true. */
  readonly replaced?: readonly boolean[];
  /** Default true. */
  readonly hasFreeCore?: boolean;
  /** Answers of `rollBack`, the last one repeating; default true. */
  readonly rolledBack?: readonly boolean[];
}

export interface FakeMechanism extends RecoveryMechanism {
  /** "vote", "witness 2", "replace 1 by 2", "discard 2", "repair 1", "add", "roll back". */
  readonly calls: readonly string[];
}

export const divergence: Divergence = {
  epoch: 7,
  signal: "ballots",
  replicas: [0, 1],
  absent: [],
  detail: "output 0 on uart0 differs",
};

export const undecided: Verdict = { kind: "undecided" };

export function fakeMechanism(script: Script): FakeMechanism {
  const calls: string[] = [];
  const answers = <T>(list: readonly T[]): (() => T) => {
    const [...left] = list;
    return () => (left.length > 1 ? left.shift() : left[0]) as T;
  };
  const verdict = answers(script.verdicts ?? [undecided]);
  const isRepeated = answers(script.repeated ?? [false]);
  const vote = answers(script.votes ?? [undecided]);
  const pagesCopied = answers(script.repaired ?? [5]);
  const addition = answers<"added" | "died" | "contradicted">(script.added ?? ["added"]);
  const isReplaced = answers(script.replaced ?? [true]);
  const isRolledBack = answers(script.rolledBack ?? [true]);
  let replica = (script.witness ?? 2) - 1;
  return {
    calls,
    hasFreeCore: script.hasFreeCore ?? true,
    vote: () => {
      calls.push("vote");
      return Promise.resolve(vote());
    },
    runWitness: () => {
      calls.push(`witness ${++replica}`);
      const repeated = isRepeated() ? ({ isRepeated: true } as const) : {};
      return Promise.resolve({ replica, verdict: verdict(), ...repeated });
    },
    replace: (losers, witness) => {
      calls.push(`replace ${losers.join(",")} by ${witness}`);
      return Promise.resolve(isReplaced());
    },
    discard: (discarded) => {
      calls.push(`discard ${discarded}`);
      return Promise.resolve();
    },
    repair: (losers) => {
      calls.push(`repair ${losers.join(",")}`);
      return Promise.resolve(pagesCopied());
    },
    addReplica: () => {
      calls.push("add");
      return Promise.resolve(addition());
    },
    rollBack: () => {
      calls.push("roll back");
      return Promise.resolve(isRolledBack());
    },
  };
}
