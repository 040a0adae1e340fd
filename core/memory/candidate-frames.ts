// Frames of a checkpoint in the making. At a boundary what each replica has in the pages written since the checkpoint
// before is noted, and its own frames of them are taken from it (`PageHold`): it goes on reading them, and whoever writes
// such a page gets a frame of its own by copy-on-write as always. When all have done so the coordinator adopts what they
// hold, and the contents can be compared while replicas run. When they are known to be equal the frames are shared out,
// when they are not they are given back.
//
//   candidate map of an arena, u32 per page that was written by anybody: frame << 1 | HELD
//   HELD                       the frame was the replica's own, and belongs to OWNER.candidate
import { DIRTY } from "../api/guest-memory.ts";
import { markDirty, type ArenaView } from "./arena-view.ts";
import type { CheckpointFrames } from "./checkpoint-frames.ts";
import type { FramePool } from "./frame-pool.ts";
import { PageHold } from "./hold-pages.ts";
import { PageSet } from "./page-set.ts";
import { HELD, OWNER, REFUSED, type SharedLayout } from "./shared-layout.ts";
import type { SharingBooks } from "./sharing-books.ts";

export interface CandidateParts {
  readonly shared: WebAssembly.Memory;
  readonly layout: SharedLayout;
  readonly pool: FramePool;
  readonly books: SharingBooks;
  readonly checkpoint: Pick<CheckpointFrames, "map">;
}

export class CandidateFrames {
  readonly #pool: FramePool;
  readonly #books: SharingBooks;
  readonly #checkpoint: Pick<CheckpointFrames, "map">;
  readonly #hold: PageHold;
  readonly #pageSet: PageSet;
  readonly #isListed: Uint8Array;
  #pages: readonly number[] = [];
  #views: readonly ArenaView[] = [];

  constructor({ shared, layout, pool, books, checkpoint }: CandidateParts) {
    this.#pool = pool;
    this.#books = books;
    this.#checkpoint = checkpoint;
    this.#hold = new PageHold(shared, layout);
    this.#pageSet = new PageSet(layout.ramPages);
    this.#isListed = new Uint8Array(layout.ramPages);
  }

  /** True from `adopt` on, until it ends. */
  get exists(): boolean {
    return this.#views.length > 0;
  }

  /**
   * Pages that these replicas may hold, so that there are frames enough for the time that they run on, whatever they
   * write. They write in frames of their own; pages that are held, and those that they never wrote, they have to copy. So
   * may the checkpoint. What they come to own until then changes nothing.
   */
  mostHeld(views: readonly ArenaView[]): number {
    const pool = this.#pool;
    const { checkpoint, olderCheckpoints, candidate } = OWNER;
    // DETERMINISM: what is not the replicas' nor free; they claim frames meanwhile.
    const kept = [checkpoint, olderCheckpoints, candidate].map((owner) => pool.count(owner));
    const spare = pool.frameCount - kept.reduce((sum, frames) => sum + frames, 0);
    const own = views.length * this.#isListed.length;
    return Math.max(0, Math.floor((spare - own) / (views.length + 1)));
  }

  /** What a replica does at the boundary by itself (`ReplicaMemory.hold`), done for one that stands still. */
  hold(view: ArenaView): void {
    const held = this.#hold.hold(view.owner - OWNER.firstReplica, Infinity);
    this.#pool.moveCount(view.owner, OWNER.candidate, held);
  }

  /**
   * All of these replicas have held what they wrote, at the same boundary, and may have run on since.
   * @returns the pages that any of them wrote, ascending; undefined where one refused, since they are too many
   */
  adopt(views: readonly ArenaView[]): readonly number[] | undefined {
    if (views.some(({ held }) => held[0] === REFUSED)) return undefined;
    for (const view of views) {
      for (const page of listOf(view)) this.#pageSet.add(page);
    }
    const pages = this.#pageSet.take();
    const books = this.#books;
    for (const page of pages) books.isMember[page] = 1;
    let held = 0;
    for (const view of views) held += this.#fill(view, pages);
    books.held = held;
    this.#views = views;
    this.#pages = pages;
    return pages;
  }

  /**
   * What a replica did not write it has as the checkpoint has it. What it holds it wrote, whatever became of its list.
   * @returns entries that are HELD
   */
  #fill(view: ArenaView, pages: readonly number[]): number {
    const { candidate } = view;
    const { map } = this.#checkpoint;
    const listed = listOf(view);
    for (const page of listed) this.#isListed[page] = 1;
    let held = 0;
    for (const page of pages) {
      if (((candidate[page] ?? 0) & HELD) !== 0) held++;
      else if (this.#isListed[page] !== 1) candidate[page] = ((map[page] ?? 0) & ~HELD) >>> 0;
    }
    for (const page of listed) this.#isListed[page] = 0;
    return held;
  }

  /** Whether replicas that run on may have written this page since. */
  has(page: number): boolean {
    return this.#books.isMember[page] === 1;
  }

  /** Frame in which a replica had the page. */
  frameAt({ map, candidate }: ArenaView, page: number): number {
    return ((this.has(page) ? candidate[page] : map[page]) ?? 0) >>> 1;
  }

  /**
   * Takes the frame out that was a replica's own. What the owner table says is somebody else's is left to them: the entry
   * is damaged.
   * @returns the frame, of which the caller disposes; 0 for none
   */
  take({ candidate }: ArenaView, page: number): number {
    if (this.exists && !this.has(page)) return 0;
    const entry = candidate[page] ?? 0;
    if ((entry & HELD) === 0) return 0;
    candidate[page] = (entry & ~HELD) >>> 0;
    if (this.exists) this.#books.held--;
    const frame = entry >>> 1;
    return this.#pool.ownerOf(frame) === OWNER.candidate ? frame : 0;
  }

  /** The replica has its frame back where it still reads it; otherwise the frame is free. @returns true when it has */
  giveBack(view: ArenaView, page: number): boolean {
    const frame = this.take(view, page);
    if (frame === 0) return false;
    const isRead = (view.map[page] ?? 0) >>> 1 === frame;
    if (isRead) this.#pool.setOwner(frame, view.owner);
    else this.#pool.release(frame);
    return isRead;
  }

  /**
   * A replica is gone, in the middle of holding its pages, maybe, and whatever its list says: an entry is noted before its
   * frame changes hands, and a frame counted after it.
   */
  leave(view: ArenaView): void {
    const { candidate } = view;
    for (let page = 0; page < candidate.length; page++) {
      const entry = candidate[page] ?? 0;
      if ((entry & HELD) === 0) continue;
      candidate[page] = (entry & ~HELD) >>> 0;
      if (this.has(page) && this.#views.includes(view)) this.#books.held--;
      const frame = entry >>> 1;
      if (this.#pool.ownerOf(frame) === OWNER.candidate) this.#pool.release(frame);
    }
    view.held[0] = 0;
    this.#pool.countAgain(OWNER.candidate);
    if (!this.#views.includes(view)) return;
    this.#views = this.#views.filter((one) => one !== view);
    if (!this.exists) this.#forget();
  }

  /** It is part of the checkpoint: replicas keep what the sharing strategy left them. */
  end(): void {
    // HOT: most strategies leave nothing (bench: checkpoint).
    for (const view of this.#books.held === 0 ? [] : this.#views) {
      for (const page of this.#pages) this.giveBack(view, page);
    }
    this.#forget();
  }

  /** It is no checkpoint: what these replicas hold, adopted or not, is dirty again. They stand still. */
  withdraw(views: readonly ArenaView[]): void {
    for (const view of views) {
      for (const page of this.exists ? this.#pages : listOf(view)) {
        if (this.giveBack(view, page)) markDirty(view, page);
      }
      view.held[0] = 0;
    }
    this.#forget();
  }

  #forget(): void {
    this.#books.isMember.fill(0);
    this.#books.held = 0;
    for (const { held } of this.#views) held[0] = 0;
    this.#pages = [];
    this.#views = [];
  }
}

/** Pages that a replica says it holds. */
function listOf({ held, map }: ArenaView): Uint32Array {
  const count = held[0] === REFUSED ? 0 : Math.min(held[0] ?? 0, map.length);
  return held.subarray(1, count + 1);
}

/** Written since the candidate was begun: what the page map says of it is the replica's business. */
export const isRewritten = (entry: number): boolean => (entry & DIRTY) !== 0;
