// Memory sharing: which frames replicas and the known-good checkpoint have in common, and when that is decided.
import type { Provider } from "./provider.ts";

/** Stands for the page of zeros that all untouched pages share, where a mechanism takes a page of the checkpoint. */
export const ZERO_PAGE = -1;

/**
 * Mechanism offered by the core (core/memory). A "holder" is a replica (by its number) or the checkpoint.
 * Frames are shared read-only; a private frame has exactly one holder.
 */
export interface SharingMechanism {
  /** Makes `replica` read these pages from the checkpoint's frames and frees its own, if any. */
  shareWithCheckpoint(replica: number, pages: readonly number[]): void;
  /** Gives the replica private copies of the checkpoint's frames of these pages, write-protected (not dirty). */
  givePrivateCopy(replica: number, pages: readonly number[]): void;
  /** Hands the replica's frames of these pages to the checkpoint; the replica goes on reading them. The checkpoint's old frames are released by their count. */
  promote(replica: number, pages: readonly number[]): void;
  /** Copies the replica's bytes of these pages into frames of the checkpoint's own. The replica keeps its frames, write-protected. */
  copyToCheckpoint(replica: number, pages: readonly number[]): void;
  /** Takes pages off a replica's dirty list and write-protects them, keeping its private frames. */
  protect(replica: number, pages: readonly number[]): void;
  /**
   * Compares what the replica reads in these pages with what the checkpoint holds, byte by byte: for pages of its own
   * that no checkpoint compared for long. @returns those that differ
   */
  pagesUnlikeCheckpoint(replica: number, pages: readonly number[]): readonly number[];
  /**
   * Hash of what the checkpoint holds in this page: a hint, never a proof. Allowed at any time, since nobody changes
   * these frames between checkpoints.
   */
  hashCheckpoint(page: number): number;
  /** True when the checkpoint has both pages in one frame. */
  isSameFrame(page: number, other: number): boolean;
  /**
   * Puts a page of the checkpoint into the frame of another one, if all bytes are equal, and with it all replicas that
   * read it. @returns whether they were equal
   */
  mergePages(page: number, other: number): boolean;
}

/** Called by the core while the replicas concerned are stopped at a boundary, but for `scan`. */
export interface MemorySharing {
  /** A new replica was mapped to the checkpoint's frames, all shared, read-only. */
  replicaStarted(
    replica: number,
    touchedPages: readonly number[],
    mechanism: SharingMechanism,
  ): void;
  /**
   * These pages (ascending) were compared in all `replicas` and are equal; they become part of the known-good checkpoint.
   * Afterwards the checkpoint holds their contents and no replica can change a frame the checkpoint holds.
   */
  pagesVerified(
    pages: readonly number[],
    replicas: readonly number[],
    mechanism: SharingMechanism,
  ): void;
  /** After each agreed epoch, while replicas run: a look at the checkpoint's pages, at nothing else. It has to be short. */
  scan?(mechanism: SharingMechanism): void;
}

export interface MemorySharingProvider extends Provider {
  readonly kind: "memory-sharing";
  create(options: Readonly<Record<string, unknown>>): MemorySharing;
}
