// Where the memory of replicas is, and what the coordinator does with it: compare it, make it a checkpoint's, change it.
// One implementation has everything in one shared memory, the other one asks processes that have memories of their own.
// The checkpoints' memory is the coordinator's in both (`FrameSharing`). Replicas that a call names stand still.
import type { SharingMechanism } from "../api/memory-sharing.ts";
import type { PageComparison } from "./compare-memory.ts";

/** Replicas grouped by equality. */
export type ReplicaGroups = readonly (readonly number[])[];

/** Which pages are compared: written since the checkpoint, or all that can differ, whoever wrote them and when. */
export type PagesCompared = "written" | "apart";

export interface MemoryComparison {
  /** Pages that were compared, ascending. */
  readonly pages: readonly number[];
  /** One per start. */
  readonly evaluations: readonly PageComparison[];
  /** Those that died or hung before they could answer: they are in no group. */
  readonly absent: readonly number[];
}

/** A page that replicas do not have in common. */
export interface DifferingPage {
  readonly page: number;
  readonly contents: readonly { readonly replica: number; readonly bytes: Uint8Array }[];
}

/**
 * Pages whose contents stay as they are while the replicas run on, to be compared meanwhile: see `CandidateFrames`. From
 * there on none is dirty.
 */
export interface HeldPages {
  /** Written pages up to which replicas may hold them. */
  most(): number;
  /**
   * Holds all pages that were written since the checkpoint, if there are so many, and room for them. Replicas stand still,
   * and have to drop their translations. @returns them, ascending; undefined where none are held
   */
  hold(from: number, replicas: readonly number[]): readonly number[] | undefined;
  /**
   * All replicas have held theirs by themselves (`ReplicaHandle.hold`), and may have run on.
   * @returns what any of them wrote since the checkpoint, ascending; undefined where one found it too much
   */
  adopt(): readonly number[] | undefined;
  /** As `ReplicaMemories.compare`, of some of them. */
  compare(starts: readonly ReplicaGroups[], pages: readonly number[]): PageComparison[];
  /**
   * They do not become a checkpoint's, and are dirty again, adopted or not. These replicas stand still, and have to drop
   * their translations; what all others hold goes with them.
   */
  withdraw(replicas: readonly number[]): void;
}

export interface ReplicaMemories {
  /** Undefined where nothing can be held. */
  readonly held?: HeldPages;
  /** What strategies of memory sharing order. */
  readonly mechanism: SharingMechanism;
  /** A new replica is to have the contents of the newest checkpoint. @returns its arena, in its own layout */
  add(replica: number): number;
  /** It is gone, and can touch nothing any more. */
  remove(replica: number): void;
  /** Frames of its own. */
  framesOf(replica: number): number;
  /**
   * Splits groups of replicas by the contents of their pages, once for each way to begin.
   * @param starts evaluations of the same comparison, each from groups of its own
   */
  compare(starts: readonly ReplicaGroups[], compared: PagesCompared): Promise<MemoryComparison>;
  /**
   * Before these pages, found equal in all replicas, become a checkpoint's.
   * @returns false when a replica did not deliver and counts as dead: there is no checkpoint then
   */
  obtain(pages: readonly number[], replicas: readonly number[]): Promise<boolean>;
  /** The sharing strategy has dealt with pages that are a checkpoint's now: of those, none is dirty any more. */
  checkpointTaken(replicas: readonly number[]): void;
  /**
   * Makes the memory of a replica equal to another's, wherever it can differ; it has to drop its translations.
   * @param among those whose pages written since the checkpoint may differ
   * @returns how many pages differed; undefined when one of the two died over it
   */
  repair(from: number, to: number, among: readonly number[]): Promise<number | undefined>;
  /** Frames that there are too few to go back behind the newest checkpoint with these replicas. */
  lackToDemote(replicas: readonly number[]): number;
  /**
   * The newest checkpoint is given up. What these replicas hold does not change; where the two checkpoints differ, it
   * counts as written. They have to drop their translations.
   */
  demote(replicas: readonly number[]): void;
  /** Shows what is in each page of a replica, in order. @returns false when it died before all was seen */
  read(replica: number, see: (page: Uint8Array) => void): Promise<boolean>;
  /** Pages written since the checkpoint that these have not in common, the first so many. */
  differing(replicas: readonly number[], most: number): Promise<readonly DifferingPage[]>;
  /** At the end, when all replicas are gone: frames that were nobody's and could not be had again. */
  leaked(): number;
}
