// Makes pages of one replica equal to another's, while both stand still.
import { forgetClean, markDirty, type ArenaView } from "./arena-view.ts";
import type { CheckpointFrames } from "./checkpoint-frames.ts";
import { areEqualPages } from "./compare-pages.ts";
import type { FramePool } from "./frame-pool.ts";

export interface CopyParts {
  readonly pool: FramePool;
  readonly checkpoint: CheckpointFrames;
  /** The whole shared memory. */
  readonly bytes: Buffer;
}

/**
 * What the other reads from the checkpoint's frame is read from there; the rest is copied into frames of the replica's
 * own.
 * @returns how many pages differed
 */
export function copyPages(
  from: ArenaView,
  to: ArenaView,
  pages: readonly number[],
  { pool, checkpoint, bytes }: CopyParts,
): number {
  const { map, owner } = to;
  const isOwn = (frame: number): boolean => frame !== 0 && pool.ownerOf(frame) === owner;
  let differing = 0;
  for (const page of pages) {
    const source = (from.map[page] ?? 0) >>> 1;
    const old = (map[page] ?? 0) >>> 1;
    if (areEqualPages(bytes, pool.offsetOf(source), pool.offsetOf(old))) continue;
    differing++;
    if (source === checkpoint.frameAt(page)) {
      map[page] = (source << 1) >>> 0;
      if (isOwn(old)) pool.release(old);
      continue;
    }
    const own = isOwn(old) ? old : pool.allocate(owner);
    pool.copy(source, own);
    if (own !== old) map[page] = (own << 1) >>> 0;
    markDirty(to, page);
  }
  forgetClean(to);
  return differing;
}
