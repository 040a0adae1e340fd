// The mechanism behind memory-sharing strategies: moves frames between replicas and the known-good checkpoint.
// Runs in the coordinator while the replicas concerned stand still at an epoch boundary.
import { DIRTY } from "../api/guest-memory.ts";
import type { SharingMechanism } from "../api/memory-sharing.ts";
import type { ByteRange } from "../api/platform.ts";
import {
  arenaViews,
  clearDirty,
  collectDirty,
  pagesApart,
  readersOf,
  type ArenaView,
} from "./arena-view.ts";
import { CandidateFrames, isRewritten } from "./candidate-frames.ts";
import { CheckpointFrames } from "./checkpoint-frames.ts";
import { ComparedPages } from "./compared-pages.ts";
import { copyPages } from "./copy-pages.ts";
import { demoteNewest, lackToDemote } from "./demote-generation.ts";
import { FramePool } from "./frame-pool.ts";
import { pageFunctions, type PageFunctions } from "./page-functions.ts";
import { PageSet } from "./page-set.ts";
import {
  type HandOverParts,
  promotePages,
  remapReaders,
  setCheckpoint,
  sharePages,
} from "./hand-over-pages.ts";
import { OWNER, type SharedLayout } from "./shared-layout.ts";
import { SharingBooks } from "./sharing-books.ts";
import { sharingTables, type SharingTables } from "./sharing-tables.ts";

const NO_SCRATCH: ByteRange = { offset: 0, bytes: 0 };

export class FrameSharing implements SharingMechanism {
  readonly pool: FramePool;
  /** As replicas have them. */
  readonly livePages: ComparedPages;
  /** As they had those of the candidate when it was begun. */
  readonly candidatePages: ComparedPages;
  readonly #books: SharingBooks;
  readonly #checkpoint: CheckpointFrames;
  readonly #candidate: CandidateFrames;
  readonly #arenas: readonly ArenaView[];
  readonly #shared: WebAssembly.Memory;
  readonly #layout: SharedLayout;
  readonly #scratch: ByteRange;
  readonly #functions: PageFunctions;
  readonly #pageSet: PageSet;
  readonly #live = new Map<number, ArenaView>();
  #views: readonly ArenaView[] = [];
  /** Arenas that had a replica before. A new one is zero and stays uncommitted by the host until it is touched. */
  readonly #usedArenas = new Set<number>();

  /** @param scratch part of a processor area that need not be cleared for a new replica */
  constructor(shared: WebAssembly.Memory, layout: SharedLayout, scratch: ByteRange = NO_SCRATCH) {
    this.#shared = shared;
    this.#scratch = scratch;
    this.#layout = layout;
    this.#books = new SharingBooks(shared, layout);
    this.pool = new FramePool(shared, layout, 0, this.#books.moved);
    this.pool.setOwner(0, OWNER.checkpoint);
    this.#functions = pageFunctions(shared);
    const viewOf = (replica: number): ArenaView => this.#view(replica);
    const compared = { shared, layout, functions: this.#functions, viewOf };
    this.livePages = new ComparedPages({ ...compared, mapOf: ({ map }) => map });
    this.candidatePages = new ComparedPages({ ...compared, mapOf: ({ candidate }) => candidate });
    this.#pageSet = new PageSet(layout.ramPages);
    this.#checkpoint = new CheckpointFrames(shared, layout, this.pool, this.#books);
    const { pool } = this;
    const checkpoint = this.#checkpoint;
    this.#candidate = new CandidateFrames({ shared, layout, pool, books: this.#books, checkpoint });
    this.#arenas = arenaViews(shared, layout);
  }

  get tables(): SharingTables {
    return sharingTables(this.pool, this.#checkpoint, this.#live);
  }

  /** No replica is left: makes the tables anew. @throws RangeError when a checkpoint's map is wrong */
  rebuild(): void {
    this.#checkpoint.rebuild();
  }

  /** Writes initial contents into the checkpoint; only before any replica exists. */
  load(address: number, bytes: Uint8Array): void {
    this.#checkpoint.load(address, bytes);
  }

  /** Claims a free arena and maps it to the checkpoint, read-only. @returns the arena. */
  addReplica(replica: number): number {
    const arena = this.#arenas.findIndex((view) => !this.#views.includes(view));
    const view = this.#arenas[arena];
    if (view === undefined) throw new RangeError("no arena is free");
    this.#live.set(replica, view);
    this.#views = [...this.#live.values()];
    view.map.set(this.#checkpoint.map);
    view.dirty[0] = 0;
    view.held[0] = 0;
    const place = this.#layout.arenas[arena];
    if (place !== undefined && this.#usedArenas.has(arena)) {
      const { offset, bytes } = this.#scratch;
      const kept = offset + bytes;
      this.#functions.clear(place.processorArea, offset);
      this.#functions.clear(place.processorArea + kept, this.#layout.processorBytes - kept);
    }
    this.#usedArenas.add(arena);
    return arena;
  }

  /** Frees a replica's frames and its arena. Its worker must have stopped. */
  removeReplica(replica: number): void {
    const view = this.#live.get(replica);
    if (view === undefined) return;
    this.#candidate.leave(view);
    this.pool.releaseAll(view.owner);
    this.#live.delete(replica);
    this.#views = [...this.#live.values()];
  }

  /** Pages of the checkpoint that are not the zero page. */
  touchedPages(): number[] {
    return this.#checkpoint.touchedPages();
  }

  get touchedPageCount(): number {
    return this.#checkpoint.touchedPageCount;
  }

  /** Pages that any of these replicas wrote since the last checkpoint, ascending, without duplicates. */
  dirtyPages(...replicas: readonly number[]): number[] {
    for (const replica of replicas) collectDirty(this.#view(replica), this.#pageSet);
    return this.#pageSet.take();
  }

  /** Pages that these replicas have in different frames, ascending: all in which they can differ. */
  pagesApart(replicas: readonly number[]): number[] {
    return pagesApart(this.#viewsOf(replicas));
  }

  /** Byte offset of what a replica reads at a page. */
  offsetIn(replica: number, page: number): number {
    return this.livePages.offsetIn(replica, page);
  }

  checkpointOffset(page: number): number {
    return this.pool.offsetOf(this.#checkpoint.frameAt(page));
  }

  /** Written pages that replicas may hold: see `ReplicaMemory.hold`. */
  get mostHeld(): number {
    return this.#candidate.mostHeld(this.#views);
  }

  /** What replicas do at a boundary by themselves (`ReplicaMemory.hold`), done for all of them while they stand still. */
  holdPages(): void {
    for (const view of this.#views) this.#candidate.hold(view);
  }

  /**
   * All replicas have held what they wrote, at the same boundary, and may run. From here on `candidatePages` are what
   * they were there. The sharing strategy's next `pagesVerified` is about these pages, then `endVerified` follows; or
   * `withdrawCandidate`: for both, replicas stand still, and have to drop their translations before they go on.
   * @returns pages that any of them wrote since the checkpoint, ascending; undefined where one refused
   */
  adoptHeld(): readonly number[] | undefined {
    return this.#candidate.adopt(this.#views);
  }

  /** After `pagesVerified`: what was verified is not dirty any more. */
  endVerified(): void {
    if (this.#candidate.exists) this.#candidate.end();
    else for (const view of this.#views) clearDirty(view);
  }

  /** What these replicas hold, adopted or not, is dirty again; what others hold goes with them. */
  withdrawCandidate(replicas: readonly number[]): void {
    this.#candidate.withdraw(this.#viewsOf(replicas));
  }

  shareWithCheckpoint(replica: number, pages: readonly number[]): void {
    sharePages(this.#view(replica), pages, this.#handOver);
  }

  givePrivateCopy(replica: number, pages: readonly number[]): void {
    const { map, owner } = this.#view(replica);
    const isCandidate = this.#candidate.exists;
    for (const page of pages) {
      const entry = map[page] ?? 0;
      if (isCandidate && isRewritten(entry)) continue;
      const old = entry >>> 1;
      const frame = this.pool.ownerOf(old) === owner ? old : this.pool.allocate(owner);
      this.pool.copy(this.#checkpoint.frameAt(page), frame);
      map[page] = (frame << 1) >>> 0;
    }
  }

  promote(replica: number, pages: readonly number[]): void {
    promotePages(this.#view(replica), pages, this.#handOver);
  }

  copyToCheckpoint(replica: number, pages: readonly number[]): void {
    const view = this.#view(replica);
    for (const page of pages) {
      const source = this.#candidate.frameAt(view, page);
      const frame = this.#frameToOverwrite(page);
      this.pool.copy(source, frame);
      this.#setCheckpoint(page, frame);
    }
    this.protect(replica, pages);
  }

  /** New contents, verified in replicas whose memory is elsewhere, of a page of the newest checkpoint. */
  storeInCheckpoint(page: number, bytes: Uint8Array): void {
    const frame = this.#frameToOverwrite(page);
    new Uint8Array(this.#shared.buffer).set(bytes, this.pool.offsetOf(frame));
    this.#setCheckpoint(page, frame);
  }

  /**
   * Makes these pages of a replica equal to another's. What the other reads from the checkpoint's frame is read from
   * there again; the rest is copied into frames of the replica's own, which has to drop its translations.
   * @returns how many pages differed
   */
  copyPages(from: number, to: number, pages: readonly number[]): number {
    return copyPages(this.#view(from), this.#view(to), pages, {
      pool: this.pool,
      checkpoint: this.#checkpoint,
      bytes: Buffer.from(this.#shared.buffer),
    });
  }

  /** For new contents of a page of the checkpoint: its own frame where nobody else needs that, or another one. */
  #frameToOverwrite(page: number): number {
    if (this.#isOverwritable(page)) return this.#checkpoint.frameAt(page);
    const frame = this.pool.find(OWNER.checkpoint);
    if (frame !== undefined) return frame;
    // An older checkpoint may be all that needs the page's frame.
    this.#checkpoint.dropAllOlder();
    return this.#isOverwritable(page)
      ? this.#checkpoint.frameAt(page)
      : this.pool.allocate(OWNER.checkpoint);
  }

  #isOverwritable(page: number): boolean {
    return (
      this.#checkpoint.isAlone(page) &&
      readersOf(this.#views, this.#checkpoint.frameAt(page), page) === 0
    );
  }

  protect(replica: number, pages: readonly number[]): void {
    const view = this.#view(replica);
    const { map } = view;
    const isCandidate = this.#candidate.exists;
    for (let index = 0; index < pages.length; index++) {
      const page = pages[index] ?? 0;
      // Its pages are protected, and those that are dirty were written since.
      if (isCandidate) this.#candidate.giveBack(view, page);
      else map[page] = ((map[page] ?? 0) & ~DIRTY) >>> 0;
    }
  }

  pagesUnlikeCheckpoint(replica: number, pages: readonly number[]): readonly number[] {
    const { map } = this.#view(replica);
    const isCandidate = this.#candidate.exists;
    return pages.filter((page) => {
      if (isCandidate && isRewritten(map[page] ?? 0)) return true;
      const [own, known] = [this.offsetIn(replica, page), this.checkpointOffset(page)];
      return own !== known && this.#functions.equal(own, known) === 0;
    });
  }

  /** As `hashCheckpoint`, of any frame. */
  hashFrame(frame: number): number {
    return this.#functions.hash(this.pool.offsetOf(frame)) >>> 0;
  }

  hashCheckpoint(page: number): number {
    return this.#functions.hash(this.checkpointOffset(page));
  }

  isSameFrame(page: number, other: number): boolean {
    return this.#checkpoint.frameAt(page) === this.#checkpoint.frameAt(other);
  }

  mergePages(page: number, other: number): boolean {
    const frame = this.#checkpoint.frameAt(other);
    const isEqual =
      this.isSameFrame(page, other) ||
      this.#functions.equal(this.checkpointOffset(page), this.pool.offsetOf(frame)) === 1;
    if (isEqual) {
      remapReaders(this.#views, page, { from: this.#checkpoint.frameAt(page), to: frame });
      this.#checkpoint.substitute(page, frame);
    }
    return isEqual;
  }

  /** After a checkpoint: nothing is dirty any more. */
  clearDirty(replica: number): void {
    clearDirty(this.#view(replica));
  }

  readCheckpoint(page: number, offset: number): number {
    return new Uint8Array(this.#shared.buffer)[this.checkpointOffset(page) + offset] ?? 0;
  }

  /**
   * For faults: changes a byte of the newest checkpoint, and of older ones that have the page in the same frame. What
   * replicas hold does not change: those that read the frame get one of their own, and have to drop their translations.
   */
  writeCheckpoint(page: number, offset: number, value: number): void {
    const frame = this.#checkpoint.frameAt(page);
    const readers = [...this.#live.keys()].filter(
      (replica) => (this.#view(replica).map[page] ?? 0) >>> 1 === frame,
    );
    for (const replica of readers) this.givePrivateCopy(replica, [page]);
    this.#checkpoint.write(page, offset, Uint8Array.of(value));
  }

  /** Checkpoints kept, the newest included; see `beginGeneration`. */
  get generationCount(): number {
    return this.#checkpoint.generationCount;
  }

  /**
   * Before the pages of a new checkpoint are verified: the one that it replaces is kept, as an older generation.
   * Older generations are given up when replicas need their frames and no other is free, so `generationCount` may shrink
   * while replicas run.
   */
  beginGeneration(): void {
    this.#checkpoint.begin();
  }

  /** @throws RangeError when only one checkpoint is kept */
  dropOldestGeneration(): void {
    this.#checkpoint.dropOldest();
  }

  /** Frames that there are too few to demote the newest generation with these replicas: 0 when it can be done. */
  lackToDemote(replicas: readonly number[]): number {
    return lackToDemote(this.#viewsOf(replicas), { pool: this.pool, checkpoint: this.#checkpoint });
  }

  /**
   * The newest checkpoint is given up, the one before it is the known-good one again. What these replicas hold does not
   * change: pages in which the two checkpoints differ become private to each, and dirty. All others must be discarded
   * before they run on; these have to drop their translations (`ReplicaHandle.remapped`). Nobody runs meanwhile.
   * @returns pages in which the two checkpoints may differ
   * @throws RangeError when only one checkpoint is kept
   * @throws XV_ERR_MEMORY_POOL_EXHAUSTED
   */
  demoteNewestGeneration(replicas: readonly number[]): readonly number[] {
    return demoteNewest(this.#viewsOf(replicas), { pool: this.pool, checkpoint: this.#checkpoint });
  }

  get #handOver(): HandOverParts {
    return {
      pool: this.pool,
      checkpoint: this.#checkpoint,
      candidate: this.#candidate,
      books: this.#books,
      views: this.#views,
    };
  }

  #setCheckpoint(page: number, frame: number): void {
    setCheckpoint(page, frame, this.#handOver);
  }

  #viewsOf(replicas: readonly number[]): ArenaView[] {
    return replicas.map((replica) => this.#view(replica));
  }

  /** Value of the owner table for a replica's frames. */
  ownerOf(replica: number): number {
    return this.#view(replica).owner;
  }

  #view(replica: number): ArenaView {
    const view = this.#live.get(replica);
    if (view === undefined) throw new RangeError(`replica ${replica} has no arena`);
    return view;
  }
}
