// The mechanism behind memory-sharing strategies: moves frames between replicas and the known-good checkpoint.
// Runs in the coordinator while the replicas concerned stand still at an epoch boundary.
import { DIRTY, PAGE_BYTES } from "../api/guest-memory.ts";
import type { SharingMechanism } from "../api/memory-sharing.ts";
import { areEqualPages } from "./compare-pages.ts";
import { clearDirty, collectDirty, forgetClean, markDirty, type ArenaView } from "./arena-view.ts";
import { CheckpointFrames } from "./checkpoint-frames.ts";
import { FramePool } from "./frame-pool.ts";
import { pageFunctions, type PageFunctions } from "./page-functions.ts";
import { PageSet } from "./page-set.ts";
import { OWNER, type SharedLayout } from "./shared-layout.ts";
import { sharingTables, type SharingTables } from "./sharing-tables.ts";

export class FrameSharing implements SharingMechanism {
  readonly pool: FramePool;
  readonly #checkpoint: CheckpointFrames;
  readonly #arenas: readonly ArenaView[];
  readonly #shared: WebAssembly.Memory;
  readonly #layout: SharedLayout;
  readonly #functions: PageFunctions;
  readonly #pageList: Uint32Array<SharedArrayBuffer>;
  readonly #pageSet: PageSet;
  /** Arena of each live replica. */
  readonly #arenaOf = new Map<number, number>();
  /** Arenas that had a replica before. A new one is zero and stays uncommitted by the host until it is touched. */
  readonly #usedArenas = new Set<number>();

  constructor(shared: WebAssembly.Memory, layout: SharedLayout) {
    this.#shared = shared;
    this.#layout = layout;
    this.pool = new FramePool(shared, layout);
    this.pool.setOwner(0, OWNER.checkpoint);
    const { buffer } = shared;
    this.#functions = pageFunctions(shared);
    this.#pageList = new Uint32Array(buffer, layout.pageList, layout.ramPages);
    this.#pageSet = new PageSet(layout.ramPages);
    this.#checkpoint = new CheckpointFrames(shared, layout, this.pool);
    this.#arenas = layout.arenas.map((arena) => ({
      map: new Uint32Array(buffer, arena.pageMap, layout.ramPages),
      dirty: new Uint32Array(buffer, arena.dirtyList, layout.ramPages + 1),
    }));
  }

  /** Where they stand. */
  get tables(): SharingTables {
    return sharingTables(this.pool, this.#checkpoint, this.#arenaOf, this.#arenas);
  }

  /** Writes initial contents into the checkpoint; only before any replica exists. */
  load(address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const inPage = (address + done) % PAGE_BYTES;
      const page = (address + done - inPage) / PAGE_BYTES;
      const piece = bytes.subarray(done, done + PAGE_BYTES - inPage);
      // A page of zeros stays on the zero frame.
      const isZero = this.#checkpoint.frameAt(page) === 0 && piece.every((byte) => byte === 0);
      if (!isZero) this.#checkpoint.write(page, inPage, piece);
      done += piece.length;
    }
  }

  /** Claims a free arena and maps it to the checkpoint, read-only. @returns the arena. */
  addReplica(replica: number): number {
    const used = new Set(this.#arenaOf.values());
    const arena = this.#arenas.findIndex((_, index) => !used.has(index));
    const view = this.#arenas[arena];
    if (view === undefined) throw new RangeError("no arena is free");
    this.#arenaOf.set(replica, arena);
    view.map.set(this.#checkpoint.map);
    view.dirty[0] = 0;
    const place = this.#layout.arenas[arena];
    if (place !== undefined && this.#usedArenas.has(arena)) {
      new Uint8Array(this.#shared.buffer, place.processorArea, this.#layout.processorBytes).fill(0);
    }
    this.#usedArenas.add(arena);
    return arena;
  }

  /** Frees a replica's frames and its arena. Its worker must have stopped. */
  removeReplica(replica: number): void {
    const arena = this.#arenaOf.get(replica);
    if (arena === undefined) return;
    this.pool.releaseAll(OWNER.firstReplica + arena);
    this.#arenaOf.delete(replica);
  }

  /** Pages of the checkpoint that are not the zero page. */
  touchedPages(): number[] {
    const pages: number[] = [];
    for (let page = 0; page < this.#layout.ramPages; page++) {
      if (this.#checkpoint.frameAt(page) !== 0) pages.push(page);
    }
    return pages;
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
    const [first, ...others] = replicas.map((replica) => this.#view(replica).map);
    const pages: number[] = [];
    if (first === undefined) return pages;
    for (let page = 0; page < this.#layout.ramPages; page++) {
      const frame = (first[page] ?? 0) >>> 1;
      if (others.some((map) => (map[page] ?? 0) >>> 1 !== frame)) pages.push(page);
    }
    return pages;
  }

  /**
   * Compares pages of the first replica with those of each other one.
   * @returns index of the first page in which one differs, or `pages.length`
   */
  firstDifference(replicas: readonly number[], pages: readonly number[]): number {
    const [first, ...others] = replicas;
    if (first === undefined || others.length === 0) return pages.length;
    for (let index = 0; index < pages.length; index++) this.#pageList[index] = pages[index] ?? 0;
    const { pageList, frames } = this.#layout;
    const one = this.mapOffset(first);
    let end = pages.length;
    for (const other of others) {
      end = this.#functions.firstUnequal(pageList, 0, end, one, this.mapOffset(other), frames);
    }
    return end;
  }

  /** Byte offset of what a replica reads at a page. */
  offsetIn(replica: number, page: number): number {
    return this.pool.offsetOf((this.#view(replica).map[page] ?? 0) >>> 1);
  }

  checkpointOffset(page: number): number {
    return this.pool.offsetOf(this.#checkpoint.frameAt(page));
  }

  // HOT: replicas stand still meanwhile (bench: checkpoint pause), hence indexed loops over whole lists.
  shareWithCheckpoint(replica: number, pages: readonly number[]): void {
    const { map } = this.#view(replica);
    const owner = this.ownerOf(replica);
    const known = this.#checkpoint.map;
    for (let index = 0; index < pages.length; index++) {
      const page = pages[index] ?? 0;
      const old = (map[page] ?? 0) >>> 1;
      map[page] = known[page] ?? 0;
      if (this.pool.ownerOf(old) === owner) this.pool.release(old);
    }
  }

  givePrivateCopy(replica: number, pages: readonly number[]): void {
    const { map } = this.#view(replica);
    const owner = this.ownerOf(replica);
    for (const page of pages) {
      const old = (map[page] ?? 0) >>> 1;
      const frame = this.pool.ownerOf(old) === owner ? old : this.pool.allocate(owner);
      this.pool.copy(this.#checkpoint.frameAt(page), frame);
      map[page] = (frame << 1) >>> 0;
    }
  }

  promote(replica: number, pages: readonly number[]): void {
    const { map } = this.#view(replica);
    const owner = this.ownerOf(replica);
    for (let index = 0; index < pages.length; index++) {
      const page = pages[index] ?? 0;
      const frame = (map[page] ?? 0) >>> 1;
      map[page] = (frame << 1) >>> 0;
      if (this.pool.ownerOf(frame) !== owner) continue;
      this.pool.setOwner(frame, OWNER.checkpoint);
      this.#setCheckpoint(page, frame);
    }
  }

  copyToCheckpoint(replica: number, pages: readonly number[]): void {
    const { map } = this.#view(replica);
    for (const page of pages) {
      const source = (map[page] ?? 0) >>> 1;
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
    const wanted = this.#view(from).map;
    const { map } = this.#view(to);
    const bytes = Buffer.from(this.#shared.buffer);
    let differing = 0;
    for (const page of pages) {
      const source = (wanted[page] ?? 0) >>> 1;
      const old = (map[page] ?? 0) >>> 1;
      if (areEqualPages(bytes, this.pool.offsetOf(source), this.pool.offsetOf(old))) continue;
      differing++;
      if (source === this.#checkpoint.frameAt(page)) {
        map[page] = (source << 1) >>> 0;
        if (this.#isOwn(to, old)) this.pool.release(old);
        continue;
      }
      const own = this.#isOwn(to, old) ? old : this.pool.allocate(this.ownerOf(to));
      this.pool.copy(source, own);
      if (own !== old) map[page] = (own << 1) >>> 0;
      markDirty(this.#view(to), page);
    }
    forgetClean(this.#view(to));
    return differing;
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
      this.#checkpoint.isAlone(page) && this.#readers(this.#checkpoint.frameAt(page), page) === 0
    );
  }

  protect(replica: number, pages: readonly number[]): void {
    const { map } = this.#view(replica);
    for (let index = 0; index < pages.length; index++) {
      const page = pages[index] ?? 0;
      map[page] = ((map[page] ?? 0) & ~DIRTY) >>> 0;
    }
  }

  pagesUnlikeCheckpoint(replica: number, pages: readonly number[]): readonly number[] {
    return pages.filter((page) => {
      const [own, known] = [this.offsetIn(replica, page), this.checkpointOffset(page)];
      return own !== known && this.#functions.equal(own, known) === 0;
    });
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
      this.#remapReaders(page, frame);
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
    const readers = [...this.#arenaOf.keys()].filter(
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
    const needed = this.#checkpoint.framesToUndo((page) => {
      const readers = replicas.filter((replica) => {
        return !this.#isOwn(replica, (this.#view(replica).map[page] ?? 0) >>> 1);
      });
      return readers.length;
    });
    return Math.max(0, needed - (this.pool.countByOwner()[OWNER.free] ?? 0));
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
    return this.#checkpoint.undoNewest((page, frame, isUnused) => {
      let isTaken = false;
      for (const replica of replicas) {
        const { map } = this.#view(replica);
        const current = (map[page] ?? 0) >>> 1;
        if (!this.#isOwn(replica, current)) {
          const isTaker: boolean = isUnused && !isTaken;
          const own = isTaker ? frame : this.pool.allocate(this.ownerOf(replica));
          if (isTaker) this.pool.setOwner(frame, this.ownerOf(replica));
          else this.pool.copy(frame, own);
          isTaken ||= isTaker;
          map[page] = (own << 1) >>> 0;
        }
        markDirty(this.#view(replica), page);
      }
      return isTaken;
    });
  }

  /** Byte offset of a replica's page map in the shared memory. */
  mapOffset(replica: number): number {
    return this.#view(replica).map.byteOffset;
  }

  /** Puts a page of the checkpoint into another frame, contents verified equal in all replicas. */
  #setCheckpoint(page: number, frame: number): void {
    const old = this.#checkpoint.frameAt(page);
    if (old === frame) return;
    this.#remapReaders(page, frame);
    this.#checkpoint.replace(page, frame);
  }

  /** Whoever reads a page in the checkpoint's frame reads it in this one from here on. */
  #remapReaders(page: number, frame: number): void {
    const old = this.#checkpoint.frameAt(page);
    for (const arena of this.#arenaOf.values()) {
      const map = this.#arenas[arena]?.map;
      if (map !== undefined && (map[page] ?? 0) >>> 1 === old) map[page] = (frame << 1) >>> 0;
    }
  }

  #readers(frame: number, page: number): number {
    let readers = 0;
    for (const arena of this.#arenaOf.values()) {
      if ((this.#arenas[arena]?.map[page] ?? 0) >>> 1 === frame) readers++;
    }
    return readers;
  }

  #isOwn(replica: number, frame: number): boolean {
    return frame !== 0 && this.pool.ownerOf(frame) === this.ownerOf(replica);
  }

  /** Value of the owner table for a replica's frames. */
  ownerOf(replica: number): number {
    return OWNER.firstReplica + (this.#arenaOf.get(replica) ?? -1);
  }

  #view(replica: number): ArenaView {
    const view = this.#arenas[this.#arenaOf.get(replica) ?? -1];
    if (view === undefined) throw new RangeError(`replica ${replica} has no arena`);
    return view;
  }
}
