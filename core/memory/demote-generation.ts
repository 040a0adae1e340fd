// Gives up the newest checkpoint while replicas that rest on it live on.
import { markDirty, type ArenaView } from "./arena-view.ts";
import type { CheckpointFrames } from "./checkpoint-frames.ts";
import type { FramePool } from "./frame-pool.ts";
import { OWNER } from "./shared-layout.ts";

interface DemotionParts {
  readonly pool: FramePool;
  readonly checkpoint: CheckpointFrames;
}

const hasOwn = ({ map, owner }: ArenaView, page: number, pool: FramePool): boolean => {
  const frame = (map[page] ?? 0) >>> 1;
  return frame !== 0 && pool.ownerOf(frame) === owner;
};

/** Frames that there are too few to demote the newest generation with these replicas: 0 when it can be done. */
export function lackToDemote(
  views: readonly ArenaView[],
  { pool, checkpoint }: DemotionParts,
): number {
  const needed = checkpoint.framesToUndo(
    (page) => views.filter((view) => !hasOwn(view, page, pool)).length,
  );
  return Math.max(0, needed - (pool.countByOwner()[OWNER.free] ?? 0));
}

/** Pages in which the two newest checkpoints differ become private to each of these replicas, and dirty. @returns them */
export function demoteNewest(
  views: readonly ArenaView[],
  { pool, checkpoint }: DemotionParts,
): readonly number[] {
  return checkpoint.undoNewest((page, frame, isUnused) => {
    let isTaken = false;
    for (const view of views) {
      if (!hasOwn(view, page, pool)) {
        const isTaker: boolean = isUnused && !isTaken;
        const own = isTaker ? frame : pool.allocate(view.owner);
        if (isTaker) pool.setOwner(frame, view.owner);
        else pool.copy(frame, own);
        isTaken ||= isTaker;
        view.map[page] = (own << 1) >>> 0;
      }
      markDirty(view, page);
    }
    return isTaken;
  });
}
