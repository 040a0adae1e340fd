// Recovery strategies: what to do after a divergence. They order the core's mechanisms; they hold no state of replicas.
import type { Provider } from "./provider.ts";
import type { Release } from "./replication.ts";
import type { Verdict } from "./voting-policy.ts";

/** How a divergence was noticed. "self-check": a replica found itself faulty and ended, as in a crash. */
export type DivergenceSignal = "ballots" | "state" | "crash" | "hang" | "self-check";

export interface Divergence {
  readonly epoch: number;
  readonly signal: DivergenceSignal;
  /** Replicas that voted on the epoch or still may, and those that died before. */
  readonly replicas: readonly number[];
  readonly absent: readonly number[];
  /** What differed first, for people: "output 3 on uart0", "register hart0.x5", "page 0x80201". */
  readonly detail: string;
}

/** What came of a witness. */
export interface WitnessResult {
  readonly replica: number;
  readonly verdict: Verdict;
  /** It was of no use, and claims what an earlier one of no use did: another one is not going to decide either. */
  readonly isRepeated?: true;
}

/** Mechanisms of the coordinator that a strategy orders. All leave committed outputs as they are. */
export interface RecoveryMechanism {
  /** Whether there is a healthy core for one replica more. */
  readonly hasFreeCore: boolean;
  /** Has the replicas vote that live, without a new one. Those that died count as absent. */
  vote(): Promise<Verdict>;
  /**
   * Starts a new replica from the known-good checkpoint, replays the log to the divergence and votes.
   * Committed outputs are witnesses: a replay that contradicts them loses.
   * @returns -1 as its number, and undecided, where no healthy core is free for it
   */
  runWitness(): Promise<WitnessResult>;
  /**
   * Removes the losers; the witness catches up with the winner, is compared with it in full and takes the loser's place.
   * Without losers the witness is compared and stays, in the place of one that was discarded before.
   * @returns false when that comparison failed (then nothing was replaced).
   */
  replace(losers: readonly number[], witness: number): Promise<boolean>;
  /**
   * Gives losers that live the pages and the machine state of those that don't lose, of which two at least must be equal
   * in full and have claimed the same in all epochs not agreed on yet; then compares all in full.
   * @returns pages copied; undefined when it can't be done. Losers that it was tried on in vain are discarded.
   */
  repair(losers: readonly number[]): Promise<number | undefined>;
  discard(replica: number): Promise<void>;
  /**
   * Starts a new replica from the known-good checkpoint and replays the log. It stays when it contradicts nothing that
   * was released and is equal in full to all that live; otherwise it is discarded. "died" where no healthy core is free.
   */
  addReplica(): Promise<"added" | "died" | "contradicted">;
  /** Restarts all replicas, as many as there are healthy cores for, from the known-good checkpoint and replays the log; committed outputs are compared, not repeated. */
  rollBack(): Promise<boolean>;
}

export type RecoveryOutcome =
  | {
      readonly kind: "recovered";
      readonly by: string;
      /** Replicas known to have been wrong. */
      readonly blamed: readonly number[];
      /** Those of which it is not known: they could not agree. Their cores are looked at like those of the blamed. */
      readonly suspected?: readonly number[];
      readonly attempts: number;
      /** Replicas that go on, where they are fewer than were planned. */
      readonly left?: number;
      /** Pages that a repair in place took. */
      readonly pagesCopied?: number;
    }
  | { readonly kind: "stopped"; readonly why: string };

export interface RecoveryStrategy {
  /**
   * "recovered" claims that as many replicas run as were planned, or as the replication can do with where no healthy core
   * is left for more, or one at least where nothing is compared before it is
   * released; otherwise the run stops. It stops, too, when the same place goes on diverging.
   */
  recover(divergence: Divergence, mechanism: RecoveryMechanism): Promise<RecoveryOutcome>;
}

export type LoneFaultEnd = "recovered" | "stopped";

export interface RecoveryProvider extends Provider {
  readonly kind: "recovery";
  /**
   * What becomes of a divergence that a fault of one replica made, all others being right, as far as nothing else decides
   * it: campaigns then need not run them. Absent where that can't be said.
   */
  readonly onLoneFault?: {
    /** It happens once. */
    readonly transient: LoneFaultEnd;
    /** It stays with the replica, until that is replaced. */
    readonly lasting?: LoneFaultEnd;
  };
  /** What may have been released of an epoch that it recovers from; default: only what was agreed on. */
  readonly releases?: readonly Release[];
  create(options: Readonly<Record<string, unknown>>): RecoveryStrategy;
}
