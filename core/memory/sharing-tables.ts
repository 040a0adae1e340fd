// The tables that say which page is in which frame and who holds it, all of them: what audits check and faults hit.
import type { ArenaView } from "./arena-view.ts";
import type { CheckpointFrames } from "./checkpoint-frames.ts";
import type { FramePool } from "./frame-pool.ts";

export interface SharingTables {
  /** Who holds which frame. */
  readonly owners: Uint8Array;
  /** Frames per owner. */
  readonly ownerCounts: Int32Array;
  readonly checkpointMap: Uint32Array;
  readonly checkpointMapCopy: Uint32Array;
  /** Per frame: pages of the newest checkpoint that are in it, and entries of older ones. */
  readonly newest: Uint32Array;
  readonly older: Uint32Array;
  /** See `CheckpointFrames`. */
  readonly recountOlder: () => number;
  readonly arenas: readonly (ArenaView & { readonly replica: number })[];
}

export function sharingTables(
  pool: FramePool,
  checkpoint: CheckpointFrames,
  live: ReadonlyMap<number, ArenaView>,
): SharingTables {
  const { owners, counts } = pool.tables;
  const { map, mapCopy, counts: needs } = checkpoint;
  return {
    owners,
    ownerCounts: counts,
    checkpointMap: map,
    checkpointMapCopy: mapCopy,
    ...needs,
    recountOlder: () => checkpoint.recountOlder(),
    arenas: [...live].map(([replica, view]) => ({ replica, ...view })),
  };
}
