// Memory sharing: which frames replicas and the known-good checkpoint have in common, and when that is decided.
import type { Provider } from "./provider.ts";

/**
 * Mechanism offered by the core (core/memory). A "holder" is a replica (by its number) or the checkpoint.
 * Frames are shared read-only; a private frame has exactly one holder.
 */
export interface SharingMechanism {
  /** Makes `replica` read this page from the checkpoint's frame and frees its own, if any. */
  shareWithCheckpoint(replica: number, page: number): void;
  /** Gives the replica a private copy of the checkpoint's frame of this page, write-protected (not dirty). */
  givePrivateCopy(replica: number, page: number): void;
  /** Hands the replica's frame of this page to the checkpoint; the replica goes on reading it. The checkpoint's old frame is released by its count. */
  promote(replica: number, page: number): void;
  /** Copies the replica's bytes of this page into a frame of the checkpoint's own. The replica keeps its frame, write-protected. */
  copyToCheckpoint(replica: number, page: number): void;
  /** Takes a page off a replica's dirty list and write-protects it, keeping its private frame. */
  protect(replica: number, page: number): void;
}

/** Called by the core while the replicas concerned are stopped at a boundary. */
export interface MemorySharing {
  /** A new replica was mapped to the checkpoint's frames, all shared, read-only. */
  replicaStarted(
    replica: number,
    touchedPages: readonly number[],
    mechanism: SharingMechanism,
  ): void;
  /**
   * These pages were compared in all `replicas` and are equal; they become part of the known-good checkpoint.
   * Afterwards the checkpoint holds their contents and no replica can change a frame the checkpoint holds.
   */
  pagesVerified(
    pages: readonly number[],
    replicas: readonly number[],
    mechanism: SharingMechanism,
  ): void;
}

export interface MemorySharingProvider extends Provider {
  readonly kind: "memory-sharing";
  create(options: Readonly<Record<string, unknown>>): MemorySharing;
}
