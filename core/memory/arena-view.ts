// A replica's page map and dirty list as the coordinator sees them while the replica stands still.
import { DIRTY } from "../api/guest-memory.ts";
import type { PageSet } from "./page-set.ts";
import { OWNER, type SharedLayout } from "./shared-layout.ts";

export interface ArenaView {
  /** Value of the owner table for frames of whoever lives here. */
  readonly owner: number;
  readonly map: Uint32Array<SharedArrayBuffer>;
  /** [0] is the count. A replica may die at any instant, or write anything here: nothing is relied on. */
  readonly dirty: Uint32Array<SharedArrayBuffer>;
  /** As `dirty`, of pages that are held: see `PageHold`. */
  readonly held: Uint32Array<SharedArrayBuffer>;
  /** See `CandidateFrames`. */
  readonly candidate: Uint32Array<SharedArrayBuffer>;
}

export function arenaViews({ buffer }: WebAssembly.Memory, layout: SharedLayout): ArenaView[] {
  const { ramPages } = layout;
  const shared = buffer as SharedArrayBuffer;
  return layout.arenas.map(({ pageMap, dirtyList, heldList, candidateMap }, arena) => ({
    owner: OWNER.firstReplica + arena,
    map: new Uint32Array(shared, pageMap, ramPages),
    dirty: new Uint32Array(shared, dirtyList, ramPages + 1),
    held: new Uint32Array(shared, heldList, ramPages + 1),
    candidate: new Uint32Array(shared, candidateMap, ramPages),
  }));
}

/** Pages that these have in different frames, ascending: all in which they can differ. */
export function pagesApart([first, ...others]: readonly ArenaView[]): number[] {
  const pages: number[] = [];
  for (let page = 0; page < (first?.map.length ?? 0); page++) {
    const frame = (first?.map[page] ?? 0) >>> 1;
    if (others.some(({ map }) => (map[page] ?? 0) >>> 1 !== frame)) pages.push(page);
  }
  return pages;
}

/** How many of these have a page in this frame. */
export const readersOf = (views: readonly ArenaView[], frame: number, page: number): number =>
  views.filter(({ map }) => (map[page] ?? 0) >>> 1 === frame).length;

/** HOT: replicas stand still meanwhile (bench: checkpoint pause). */
export function collectDirty({ map, dirty }: ArenaView, into: PageSet): void {
  const count = Math.min(dirty[0] ?? 0, map.length);
  for (let index = 1; index <= count; index++) into.add(dirty[index] ?? 0);
}

export function clearDirty({ map, dirty }: ArenaView): void {
  const count = Math.min(dirty[0] ?? 0, map.length);
  for (let index = 1; index <= count; index++) {
    const page = dirty[index] ?? 0;
    if (page < map.length) map[page] = ((map[page] ?? 0) & ~DIRTY) >>> 0;
  }
  dirty[0] = 0;
}

/** The page has to be in a frame of the replica's own. */
export function markDirty({ map, dirty }: ArenaView, page: number): void {
  const entry = map[page] ?? 0;
  if ((entry & DIRTY) !== 0) return;
  map[page] = (entry | DIRTY) >>> 0;
  const count = (dirty[0] ?? 0) + 1;
  dirty[count] = page;
  dirty[0] = count;
}

/** Takes pages off the dirty list that are not dirty any more. */
export function forgetClean({ map, dirty }: ArenaView): void {
  const count = Math.min(dirty[0] ?? 0, map.length);
  const listed = new Set(dirty.subarray(1, count + 1));
  const pages = [...listed].filter((page) => ((map[page] ?? 0) & DIRTY) !== 0);
  dirty.set(pages, 1);
  dirty[0] = pages.length;
}
