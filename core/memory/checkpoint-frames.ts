// Frames of the known-good checkpoint and of older ones (generations). The page map is the newest checkpoint; an older
// one is a log of the frames that the next newer checkpoint replaced, which undoes it. Only the coordinator touches
// any of this. Two counts per frame say who still needs it:
//
//   newest > 0              OWNER.checkpoint, read-only to everybody
//   newest = 0, older > 0   OWNER.olderCheckpoints: kept until the room is needed (FramePool.allocate reclaims it)
//   both 0                  free, or a replica's
//
// Frame 0, the zero page, is not counted.
import type { FramePool } from "./frame-pool.ts";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import { OWNER, type SharedLayout } from "./shared-layout.ts";
import type { SharingBooks } from "./sharing-books.ts";

/** Pages that the checkpoint after this one changed, and the frames they were in. */
interface UndoLog {
  readonly id: number;
  readonly pages: number[];
  readonly frames: number[];
}

/** @returns true when it took the frame, which nobody else needs, for a replica */
type TakeBack = (page: number, frame: number, isUnused: boolean) => boolean;

export class CheckpointFrames {
  /** Page map of the newest checkpoint: `frame << 1` per page. */
  readonly map: Uint32Array<SharedArrayBuffer>;
  /** The same once more, in memory that no replica sees: for audits. */
  readonly mapCopy: Uint32Array;
  readonly #pool: FramePool;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;
  /** Pages of the newest checkpoint that are in a frame. */
  readonly #newest: Uint32Array;
  /** Entries of logs that name a frame. */
  readonly #older: Uint32Array;
  /** Oldest first. */
  readonly #logs: UndoLog[] = [];
  /** Per page: id of the last log that names it. */
  readonly #loggedIn: Uint32Array;
  #lastId = 0;
  readonly #books: SharingBooks;

  constructor(
    shared: WebAssembly.Memory,
    layout: SharedLayout,
    pool: FramePool,
    books: SharingBooks,
  ) {
    this.map = new Uint32Array(shared.buffer, layout.checkpointMap, layout.ramPages);
    this.mapCopy = books.mapCopy;
    this.#pool = pool;
    this.#bytes = new Uint8Array(shared.buffer);
    this.#books = books;
    this.#newest = books.newest;
    this.#older = books.older;
    this.#loggedIn = books.loggedIn;
  }

  /** Id of the log that takes in what is replaced; 0 for none. */
  get logId(): number {
    return this.#logs.at(-1)?.id ?? 0;
  }

  /** What the books logged under `logId`. */
  takeLogged(): void {
    const { pages, frames } = this.#books.takeLogged();
    const log = this.#logs.at(-1);
    if (log === undefined) return;
    for (const page of pages) log.pages.push(page);
    for (const frame of frames) log.frames.push(frame);
  }

  /** Per frame: how often the newest checkpoint and older ones need it. Where they stand. */
  get counts(): { readonly newest: Uint32Array; readonly older: Uint32Array } {
    return { newest: this.#newest, older: this.#older };
  }

  frameAt(page: number): number {
    return (this.map[page] ?? 0) >>> 1;
  }

  /** Pages of the newest checkpoint that are not the zero page. */
  touchedPages(): number[] {
    const pages: number[] = [];
    for (let page = 0; page < this.map.length; page++) {
      if (this.frameAt(page) !== 0) pages.push(page);
    }
    return pages;
  }

  /** How many there are. */
  get touchedPageCount(): number {
    return this.#books.touchedPages;
  }

  /** Checkpoints kept, the newest included. Fewer than were begun when frames of older ones were needed elsewhere. */
  get generationCount(): number {
    this.#noticeReclaimed();
    return this.#logs.length + 1;
  }

  /** From here on, frames that the checkpoint replaces are kept as an older checkpoint. */
  begin(): void {
    this.#noticeReclaimed();
    this.#logs.push({ id: ++this.#lastId, pages: [], frames: [] });
  }

  /** @throws RangeError when only one checkpoint is kept */
  dropOldest(): void {
    this.#noticeReclaimed();
    if (this.#logs.length === 0) throw new RangeError("only one checkpoint is kept");
    this.#dropLog();
  }

  dropAllOlder(): void {
    this.#noticeReclaimed();
    while (this.#logs.length > 0) this.#dropLog();
  }

  /** True when nobody but this page of the newest checkpoint needs the contents of its frame. */
  isAlone(page: number): boolean {
    const frame = this.frameAt(page);
    const log = this.#logs.at(-1);
    return (
      frame !== 0 &&
      this.#newest[frame] === 1 &&
      this.#older[frame] === 0 &&
      (log === undefined || this.#loggedIn[page] === log.id)
    );
  }

  /** Writes initial contents; only before any replica exists. */
  load(address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const inPage = (address + done) % PAGE_BYTES;
      const page = (address + done - inPage) / PAGE_BYTES;
      const piece = bytes.subarray(done, done + PAGE_BYTES - inPage);
      // A page of zeros stays on the zero frame.
      const isZero = this.frameAt(page) === 0 && piece.every((byte) => byte === 0);
      if (!isZero) this.write(page, inPage, piece);
      done += piece.length;
    }
  }

  /** Writes into a page of the newest checkpoint, and of older ones that have it in the same frame. */
  write(page: number, offset: number, bytes: Uint8Array): void {
    let frame = this.frameAt(page);
    if (frame === 0 || this.#newest[frame] !== 1) {
      // Other pages are in that frame.
      const own = this.#pool.allocate(OWNER.checkpoint);
      this.#pool.copy(frame, own);
      this.replace(page, own);
      frame = own;
    }
    this.#bytes.set(bytes, this.#pool.offsetOf(frame) + offset);
  }

  /** Puts a page of the newest checkpoint into another frame, which OWNER.checkpoint holds already. */
  replace(page: number, frame: number): void {
    const old = this.frameAt(page);
    if (old === frame) return;
    this.#add(page, frame);
    const log = this.#logs.at(-1);
    if (log !== undefined && this.#loggedIn[page] !== log.id) {
      this.#loggedIn[page] = log.id;
      log.pages.push(page);
      log.frames.push(old);
      if (old !== 0) this.#count(this.#older, old, 1);
    }
    this.#remove(old);
  }

  /**
   * Puts a page of the newest checkpoint into another frame of it with the same contents. Older checkpoints that have
   * the page in the frame it leaves find the same in the other one: nothing is logged.
   */
  substitute(page: number, frame: number): void {
    const old = this.frameAt(page);
    if (old === frame) return;
    this.#add(page, frame);
    this.#remove(old);
  }

  /**
   * Frames that must be free for `undoNewest`, or an older checkpoint's, which are free after it.
   * @param readers replicas that read a page in a frame of the newest checkpoint and are to have one of their own
   * @throws RangeError when only one checkpoint is kept
   */
  framesToUndo(readers: (page: number) => number): number {
    const log = this.#newestLog();
    const needed = log.pages.reduce((sum, page) => {
      const frame = this.frameAt(page);
      const isUnused = frame !== 0 && this.#newest[frame] === 1 && this.#older[frame] === 0;
      return sum + Math.max(0, readers(page) - (isUnused ? 1 : 0));
    }, 0);
    const back = new Set(log.frames.filter((frame) => frame !== 0 && this.#newest[frame] === 0));
    return needed - (this.#books.olderFrames - back.size);
  }

  /**
   * The newest checkpoint becomes the one before it. Frames that this one does not need go to `takeBack` or are freed.
   * @returns pages in which the two may differ
   * @throws RangeError when only one checkpoint is kept
   */
  undoNewest(takeBack: TakeBack): readonly number[] {
    const log = this.#newestLog();
    this.#logs.pop();
    const undone = log.pages.map((page) => this.frameAt(page));
    // First all pages go back: taking frames may need room, which older checkpoints have to make.
    for (const [index, page] of log.pages.entries()) {
      const frame = log.frames[index] ?? 0;
      this.#map(page, frame);
      if (frame === 0) continue;
      if (this.#newest[frame] === 0) {
        this.#pool.setOwner(frame, OWNER.checkpoint);
        this.#books.olderFrames--;
      }
      this.#count(this.#newest, frame, 1);
      this.#count(this.#older, frame, -1);
    }
    for (const [index, page] of log.pages.entries()) {
      const frame = undone[index] ?? 0;
      if (frame !== 0) this.#count(this.#newest, frame, -1);
      const isUnused = frame !== 0 && this.#newest[frame] === 0 && this.#older[frame] === 0;
      if (!takeBack(page, frame, isUnused)) this.#settle(frame);
    }
    this.#loggedIn.fill(0);
    const newest = this.#logs.at(-1);
    for (const page of newest?.pages ?? []) this.#loggedIn[page] = newest?.id ?? 0;
    return log.pages;
  }

  /**
   * Counts and owners as the page map and the logs have them, whatever they said before; all other frames are free.
   * @throws RangeError when they name a frame that there is not
   */
  rebuild(): void {
    // What replicas took is lost, though nobody has it any more.
    this.#noticeReclaimed();
    this.#newest.fill(0);
    this.#older.fill(0);
    this.#books.touchedPages = 0;
    this.#books.olderFrames = 0;
    for (let page = 0; page < this.map.length; page++) {
      const frame = this.frameAt(page);
      if (frame !== 0) this.#books.touchedPages++;
      this.#need(this.#newest, frame);
    }
    for (const { frames } of this.#logs) for (const frame of frames) this.#need(this.#older, frame);
    for (let frame = 1; frame < this.#newest.length; frame++) {
      const isOlder = this.#newest[frame] === 0 && this.#older[frame] !== 0;
      if (isOlder) this.#books.olderFrames++;
      const held = isOlder ? OWNER.olderCheckpoints : OWNER.checkpoint;
      const isNeeded = isOlder || this.#newest[frame] !== 0;
      this.#pool.tables.owners[frame] = isNeeded ? held : OWNER.free;
    }
    this.#pool.recount();
  }

  #need(counts: Uint32Array, frame: number): void {
    if (frame >= counts.length) throw new RangeError(`a checkpoint names frame ${frame}`);
    if (frame !== 0) this.#count(counts, frame, 1);
  }

  #newestLog(): UndoLog {
    this.#noticeReclaimed();
    const log = this.#logs.at(-1);
    if (log === undefined) throw new RangeError("only one checkpoint is kept");
    return log;
  }

  /** Puts a page into a frame of the checkpoint's; nothing is known of what was there before. */
  #add(page: number, frame: number): void {
    // It was an older checkpoint's, and was taken for want of others.
    if (this.#older[frame] !== 0 && this.#newest[frame] === 0) this.#dropReclaimed();
    this.#map(page, frame);
    if (frame !== 0) this.#count(this.#newest, frame, 1);
  }

  #map(page: number, frame: number): void {
    const old = this.frameAt(page);
    if (old === 0 && frame !== 0) this.#books.touchedPages++;
    else if (old !== 0 && frame === 0) this.#books.touchedPages--;
    this.map[page] = (frame << 1) >>> 0;
    this.mapCopy[page] = (frame << 1) >>> 0;
  }

  #remove(frame: number): void {
    if (frame === 0) return;
    this.#count(this.#newest, frame, -1);
    this.#settle(frame);
  }

  /** Gives a frame to who still needs it. */
  #settle(frame: number): void {
    if (frame === 0 || this.#newest[frame] !== 0) return;
    if (this.#older[frame] === 0) this.#pool.release(frame);
    else {
      this.#pool.setOwner(frame, OWNER.olderCheckpoints);
      this.#books.olderFrames++;
    }
  }

  /** Counts anew how often older checkpoints need each frame. @returns frames whose count was wrong */
  recountOlder(): number {
    this.#noticeReclaimed();
    const counted = new Uint32Array(this.#older.length);
    for (const { frames } of this.#logs) {
      for (const frame of frames) if (frame !== 0) this.#count(counted, frame, 1);
    }
    let wrong = 0;
    for (let frame = 1; frame < counted.length; frame++) {
      const [right = 0, held = 0] = [counted[frame], this.#older[frame]];
      if (right === held) continue;
      wrong++;
      this.#older[frame] = right;
      const isKept = this.#pool.ownerOf(frame) === OWNER.olderCheckpoints;
      if (right !== 0 || this.#newest[frame] !== 0 || !isKept) continue;
      this.#books.olderFrames--;
      this.#pool.release(frame);
    }
    return wrong;
  }

  #count(counts: Uint32Array, frame: number, change: 1 | -1): void {
    counts[frame] = (counts[frame] ?? 0) + change;
  }

  /** Replicas take frames of older checkpoints where no other is left; a checkpoint that lacks one is of no use. */
  #noticeReclaimed(): void {
    if (this.#pool.count(OWNER.olderCheckpoints) !== this.#books.olderFrames) this.#dropReclaimed();
  }

  #dropReclaimed(): void {
    const isReclaimed = (frame: number): boolean =>
      frame !== 0 &&
      this.#newest[frame] === 0 &&
      this.#pool.ownerOf(frame) !== OWNER.olderCheckpoints;
    // What is older than a checkpoint that is lost is reached through it, and lost as well.
    const kept =
      this.#logs.length - 1 - this.#logs.findLastIndex((log) => log.frames.some(isReclaimed));
    while (this.#logs.length > kept) this.#dropLog();
    // A worker may have died between the count and the frame.
    this.#pool.setCount(OWNER.olderCheckpoints, this.#books.olderFrames);
  }

  #dropLog(): void {
    for (const frame of this.#logs.shift()?.frames ?? []) {
      if (frame === 0) continue;
      this.#count(this.#older, frame, -1);
      if (this.#older[frame] !== 0 || this.#newest[frame] !== 0) continue;
      this.#books.olderFrames--;
      if (this.#pool.ownerOf(frame) === OWNER.olderCheckpoints) this.#pool.release(frame);
    }
  }
}
