// Frames of a checkpoint in the making. Where replicas stood still, what each of them had in the pages written since the
// checkpoint before is noted, and its own frames of them are taken from it: it goes on reading them, and whoever writes
// such a page gets a frame of its own by copy-on-write as always. So the contents can be compared while replicas run.
// When they are known to be equal the frames are shared out, when they are not they are given back.
//
//   candidate map of an arena, u32 per page that was written by anybody: frame << 1 | HELD
//   HELD                       the frame was the replica's own, and belongs to OWNER.candidate
import { DIRTY } from "../api/guest-memory.ts";
import { markDirty, type ArenaView } from "./arena-view.ts";
import type { FramePool } from "./frame-pool.ts";
import { HELD, OWNER } from "./shared-layout.ts";
import type { SharingBooks } from "./sharing-books.ts";

export class CandidateFrames {
  readonly #pool: FramePool;
  readonly #books: SharingBooks;
  #pages: readonly number[] = [];
  #views: readonly ArenaView[] = [];

  constructor(pool: FramePool, books: SharingBooks) {
    this.#pool = pool;
    this.#books = books;
  }

  /** True from `begin` on, until it ends. */
  get exists(): boolean {
    return this.#views.length > 0;
  }

  /**
   * Whether there are frames enough for the time that these replicas run on, whatever they write. They write in frames
   * of their own; pages that are held, and those that they never wrote, they have to copy. So may the checkpoint.
   */
  hasRoom(views: readonly ArenaView[], pages: number): boolean {
    const toCopy = ({ owner }: ArenaView): number =>
      this.#books.isMember.length - this.#pool.count(owner) + pages;
    const needed = views.reduce((sum, view) => sum + toCopy(view), pages);
    return (this.#pool.countByOwner()[OWNER.free] ?? 0) >= needed;
  }

  /**
   * HOT: replicas stand still (bench: checkpoint).
   * @param pages of the machine, each once, that any of the replicas wrote since the checkpoint; none of them is on a dirty list any more
   */
  begin(views: readonly ArenaView[], pages: readonly number[]): void {
    const books = this.#books;
    if (!books.list(pages)) throw new RangeError("more pages than the machine has");
    this.#views = views;
    this.#pages = pages;
    for (const view of views) {
      const held = books.hold(view, pages.length);
      this.#pool.moveCount(view.owner, OWNER.candidate, held);
    }
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
    if (!this.exists || !this.has(page)) return 0;
    const entry = candidate[page] ?? 0;
    if ((entry & HELD) === 0) return 0;
    candidate[page] = (entry & ~HELD) >>> 0;
    this.#books.held--;
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

  /** A replica is gone. */
  leave(view: ArenaView): void {
    if (!this.#views.includes(view)) return;
    for (const page of this.#pages) this.#pool.release(this.take(view, page));
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

  /** It is no checkpoint: what was written since the one before it is dirty again. */
  withdraw(): void {
    for (const view of this.#views) {
      for (const page of this.#pages) {
        if (this.giveBack(view, page)) markDirty(view, page);
      }
    }
    this.#forget();
  }

  #forget(): void {
    this.#books.isMember.fill(0);
    this.#books.held = 0;
    this.#pages = [];
    this.#views = [];
  }
}

/** Written since the candidate was begun: what the page map says of it is the replica's business. */
export const isRewritten = (entry: number): boolean => (entry & DIRTY) !== 0;
