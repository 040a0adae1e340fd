// The coordinator's own tables behind the sharing of frames, and what is done at a checkpoint to one page after the
// other, as WebAssembly: it takes the same short time at the first checkpoint as at all others, where JavaScript is
// compiled only by and by (bench: checkpoint). The tables lie in a memory of their own, which no replica sees.
import { PAGE_BYTES } from "../api/guest-memory.ts";
import type { ArenaView } from "./arena-view.ts";
import { OWNERS } from "./frame-pool.ts";
import { allocateMemory, type SharedLayout } from "./shared-layout.ts";
import { type PLACES, sharingBooksModule, SUM } from "./sharing-books-module.ts";

type Place = (typeof PLACES)[number];
type Words = Uint32Array<SharedArrayBuffer>;

interface Passes {
  promote(
    from: number,
    to: number,
    map: number,
    candidate: number,
    owner: number,
    isCandidate: number,
    log: number,
  ): number;
  share(to: number, map: number, candidate: number, owner: number, isCandidate: number): void;
}

/** Entries of a log of frames that were replaced. */
export interface Logged {
  readonly pages: Iterable<number>;
  readonly frames: Iterable<number>;
}

/** Compiled once, for all machines of the process. */
let compiled: WebAssembly.Module | undefined;

export class SharingBooks {
  /** 1 for pages of a checkpoint in the making. */
  readonly isMember: Uint8Array;
  /** Page map of the newest checkpoint once more, for audits. */
  readonly mapCopy: Words;
  /** Per page: id of the last log that names it. */
  readonly loggedIn: Words;
  /** Per frame: pages of the newest checkpoint that are in it. */
  readonly newest: Words;
  /** Per frame: entries of logs that name it. */
  readonly older: Words;
  /** Frames that a batch gave (and took from) each owner. */
  readonly moved: Int32Array;
  readonly #list: Words;
  readonly #logPages: Words;
  readonly #logFrames: Words;
  readonly #readers: Words;
  readonly #sums: Int32Array;
  readonly #passes: Passes;

  constructor(shared: WebAssembly.Memory, layout: SharedLayout) {
    const { ramPages, frameCount, owners, checkpointMap, arenas } = layout;
    let end = 0;
    const take = (bytes: number): number => {
      const offset = end;
      end += Math.ceil(bytes / 64) * 64;
      return offset;
    };
    const places: Record<Place, number> = {
      ramPages,
      frameCount,
      owners,
      checkpointMap,
      list: take(ramPages * 4),
      isMember: take(ramPages),
      mapCopy: take(ramPages * 4),
      loggedIn: take(ramPages * 4),
      newest: take(frameCount * 4),
      older: take(frameCount * 4),
      logPages: take(ramPages * 4),
      logFrames: take(ramPages * 4),
      moved: take(OWNERS * 4),
      readers: take(arenas.length * 4),
      sums: take(SUM.end * 4),
    };
    const books = allocateMemory(end, layout, "the tables of memory sharing");
    const { buffer } = books;
    // The host commits it now, and not at the first checkpoint.
    const bytes = new Uint8Array(buffer);
    for (let offset = 0; offset < bytes.length; offset += PAGE_BYTES) bytes[offset] = 0;
    this.isMember = new Uint8Array(buffer, places.isMember, ramPages);
    this.mapCopy = new Uint32Array(buffer, places.mapCopy, ramPages);
    this.loggedIn = new Uint32Array(buffer, places.loggedIn, ramPages);
    this.newest = new Uint32Array(buffer, places.newest, frameCount);
    this.older = new Uint32Array(buffer, places.older, frameCount);
    this.moved = new Int32Array(buffer, places.moved, OWNERS);
    this.#list = new Uint32Array(buffer, places.list, ramPages);
    this.#logPages = new Uint32Array(buffer, places.logPages, ramPages);
    this.#logFrames = new Uint32Array(buffer, places.logFrames, ramPages);
    this.#readers = new Uint32Array(buffer, places.readers, arenas.length);
    this.#sums = new Int32Array(buffer, places.sums, SUM.end);
    const module = (compiled ??= new WebAssembly.Module(sharingBooksModule()));
    const host = { memory: shared, books, ...places };
    this.#passes = new WebAssembly.Instance(module, { host }).exports as unknown as Passes;
  }

  /** Pages of the newest checkpoint that are in a frame. */
  get touchedPages(): number {
    return this.#sums[SUM.touchedPages] ?? 0;
  }

  set touchedPages(pages: number) {
    this.#sums[SUM.touchedPages] = pages;
  }

  /** Frames that only older checkpoints need. */
  get olderFrames(): number {
    return this.#sums[SUM.olderFrames] ?? 0;
  }

  set olderFrames(frames: number) {
    this.#sums[SUM.olderFrames] = frames;
  }

  /** Entries of candidate maps that are HELD. */
  get held(): number {
    return this.#sums[SUM.held] ?? 0;
  }

  set held(entries: number) {
    this.#sums[SUM.held] = entries;
  }

  /**
   * The next passes are over these pages.
   * @returns false where there are too many
   */
  list(pages: readonly number[]): boolean {
    if (pages.length > this.#list.length) return false;
    this.#list.set(pages);
    return true;
  }

  /**
   * See `FrameSharing.promote`.
   * @param from index in the list of `count` pages
   * @param readers whose pages may be in frames of the checkpoint
   * @param log id of the log that takes in what is replaced, 0 for none
   * @returns index of the first page that was left as it is, since a table is damaged or an older checkpoint lost a frame
   *   of it; `count` where there is none
   */
  promote(
    { map, candidate, owner }: ArenaView,
    from: number,
    count: number,
    { isCandidate, log, readers }: PromotionParts,
  ): number {
    this.#readers.set(readers.map((reader) => reader.map.byteOffset));
    this.#sums[SUM.readers] = readers.length;
    const [ofMap, ofCandidate] = [map.byteOffset, candidate.byteOffset];
    return this.#passes.promote(from, count, ofMap, ofCandidate, owner, Number(isCandidate), log);
  }

  /** See `FrameSharing.shareWithCheckpoint`. @param count of the listed pages */
  share({ map, candidate, owner }: ArenaView, count: number, isCandidate: boolean): void {
    const [ofMap, ofCandidate] = [map.byteOffset, candidate.byteOffset];
    this.#passes.share(count, ofMap, ofCandidate, owner, Number(isCandidate));
  }

  /** What `promote` logged. Valid until the next time; forgotten. */
  takeLogged(): Logged {
    const count = this.#sums[SUM.logged] ?? 0;
    this.#sums[SUM.logged] = 0;
    return {
      pages: this.#logPages.subarray(0, count),
      frames: this.#logFrames.subarray(0, count),
    };
  }
}

export interface PromotionParts {
  readonly isCandidate: boolean;
  readonly log: number;
  readonly readers: readonly ArenaView[];
}
