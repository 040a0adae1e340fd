// Pages that a checkpoint proved equal change hands: a replica's frames become the checkpoint's, and replicas share them.
// HOT: replicas stand still meanwhile (bench: checkpoint pause), hence whole lists at once in a batch of the pool
// (`SharingBooks`). What is done to a page is the same as without one, where others may move frames at the same time.
import type { ArenaView } from "./arena-view.ts";
import { type CandidateFrames, isRewritten } from "./candidate-frames.ts";
import type { CheckpointFrames } from "./checkpoint-frames.ts";
import type { FramePool } from "./frame-pool.ts";
import { OWNER } from "./shared-layout.ts";
import type { SharingBooks } from "./sharing-books.ts";

export interface HandOverParts {
  readonly pool: FramePool;
  readonly checkpoint: CheckpointFrames;
  readonly candidate: CandidateFrames;
  readonly books: SharingBooks;
  /** Of all replicas. */
  readonly views: readonly ArenaView[];
}

/** See `SharingMechanism`. */
export function promotePages(
  view: ArenaView,
  pages: readonly number[],
  parts: HandOverParts,
): void {
  const { pool, checkpoint, candidate, books, views } = parts;
  if (!pool.isInBatch || !books.list(pages)) {
    for (const page of pages) promotePage(view, page, parts);
    return;
  }
  let done = 0;
  while (done < pages.length) {
    done = books.promote(view, done, pages.length, {
      isCandidate: candidate.exists,
      log: checkpoint.logId,
      readers: views,
    });
    checkpoint.takeLogged();
    const left = pages[done++];
    if (left !== undefined) promotePage(view, left, parts);
  }
}

function promotePage(view: ArenaView, page: number, parts: HandOverParts): void {
  const { pool, candidate } = parts;
  const { map, owner } = view;
  const isCandidate = candidate.exists;
  let frame = isCandidate ? candidate.take(view, page) : 0;
  if (frame === 0) {
    const entry = map[page] ?? 0;
    if (isCandidate && isRewritten(entry)) return;
    frame = entry >>> 1;
    map[page] = (frame << 1) >>> 0;
    if (pool.ownerOf(frame) !== owner) return;
  }
  pool.setOwner(frame, OWNER.checkpoint);
  setCheckpoint(page, frame, parts);
}

/** See `SharingMechanism`. */
export function sharePages(
  view: ArenaView,
  pages: readonly number[],
  { pool, checkpoint, candidate, books }: HandOverParts,
): void {
  const isCandidate = candidate.exists;
  if (pool.isInBatch && books.list(pages)) {
    books.share(view, pages.length, isCandidate);
    return;
  }
  const { map, owner } = view;
  for (const page of pages) {
    if (isCandidate) pool.release(candidate.take(view, page));
    const entry = map[page] ?? 0;
    if (isCandidate && isRewritten(entry)) continue;
    const old = entry >>> 1;
    map[page] = checkpoint.map[page] ?? 0;
    if (pool.ownerOf(old) === owner) pool.release(old);
  }
}

/** Puts a page of the checkpoint into another frame, contents verified equal in all replicas. */
export function setCheckpoint(
  page: number,
  frame: number,
  { checkpoint, views }: Pick<HandOverParts, "checkpoint" | "views">,
): void {
  const old = checkpoint.frameAt(page);
  if (old === frame) return;
  remapReaders(views, page, { from: old, to: frame });
  checkpoint.replace(page, frame);
}

/** Whoever reads a page in one frame reads it in the other from here on. */
export function remapReaders(
  views: readonly ArenaView[],
  page: number,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  for (const { map } of views) {
    if ((map[page] ?? 0) >>> 1 === from) map[page] = (to << 1) >>> 0;
  }
}
