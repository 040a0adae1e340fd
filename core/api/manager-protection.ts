// Manager protection: which defences the coordinator has against faults of its own, in state that exists only once.
// None of them changes what a run without such faults releases or ends in.
import type { Provider } from "./provider.ts";

/** The defences, each on or off. */
export interface ManagerProtection {
  /**
   * Orders, ballots, and what is kept of the log and of checkpoints carry sequence numbers and checksums. What is broken
   * is put right from a second copy or another holder, or the run stops.
   */
  readonly recordSeals: boolean;
  /** The log is a chain of hashes, verified before a replay. */
  readonly logChain: boolean;
  /** Where the run stands is sealed, and the loop goes on from there when it fails or finds it changed. */
  readonly microRestart: boolean;
  /** Comparisons are evaluated twice, and replicas are equal only where both evaluations say so. */
  readonly doubleEvaluation: boolean;
  /** What leaves is compared with another replica's copy once more, right before it does. */
  readonly releaseCheck: boolean;
  /** What was agreed on is said in code words that flips of a few bits do not turn into each other. */
  readonly encodedVerdict: boolean;
  /** Page maps, dirty lists and owners of frames are audited, `auditEntries` of each table after every epoch. */
  readonly frameAudit: boolean;
  readonly auditEntries: number;
  /** Pages of the checkpoint are compared with digests of when they were verified, `scrubPages` after every epoch. */
  readonly checkpointScrub: boolean;
  readonly scrubPages: number;
  /** Pages that are given a digest after an epoch at most. */
  readonly digestPages: number;
}

export interface ManagerProtectionProvider extends Provider {
  readonly kind: "manager-protection";
  create(options: Readonly<Record<string, unknown>>): ManagerProtection;
}
