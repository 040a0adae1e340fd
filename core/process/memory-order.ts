// What the coordinator asks of a replica whose memory is its own, and what it answers. All of it is plain data; the
// replica stands still meanwhile.

/** Pages, ascending, with the digest of each (`DIGEST_WORDS` words). */
export interface PageDigests {
  readonly pages: Uint32Array;
  readonly digests: BigUint64Array;
}

/** Contents of pages, one after the other. */
export interface PageContents {
  readonly pages: Uint32Array;
  readonly bytes: Uint8Array;
}

/** What goes with a machine's saved state. */
export interface MemoryDigest {
  /** Pages written since the checkpoint. */
  readonly written: PageDigests;
  /** Some of the others, which nobody wrote: another choice from boundary to boundary, the same in all replicas. */
  readonly scrubbed: PageDigests;
  /** Frames that the replica's memory takes. */
  readonly frames: number;
}

export type MemoryOrder =
  /** Digests of these, or of all that are not untouched zeros; answered. */
  | { readonly kind: "digest"; readonly pages: Uint32Array | "all" }
  /** Contents; answered. */
  | { readonly kind: "fetch"; readonly pages: Uint32Array }
  /** New contents; counts as written. A new state of the machine follows. */
  | ({ readonly kind: "overwrite" } & PageContents)
  /** These count as written since the checkpoint. */
  | { readonly kind: "mark-written"; readonly pages: Uint32Array }
  /** A checkpoint was taken: no page counts as written. */
  | { readonly kind: "checkpoint-taken" };

export type MemoryAnswer =
  | ({
      readonly kind: "digests";
      /** Frames taken that no page is in. */ readonly leaked: number;
    } & PageDigests)
  | ({ readonly kind: "contents" } & PageContents);

/** A piece of memory that is sent at once: 1 MiB. */
export const PAGES_AT_ONCE = 256;
