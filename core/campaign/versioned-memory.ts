// Memory of one machine that can be put back to what it was at any of its places: each page's versions are frames of the
// machine's own pool, which it reads in place and copies when it writes. Going from place to place takes time by the
// pages that differ, never by the size of memory.
//
// Nothing outside of the machine's thread touches this memory, and its replica is the only one.
import { DIRTY, PAGE_BYTES } from "../api/guest-memory.ts";
import { areEqualPages } from "../memory/compare-pages.ts";
import { FramePool } from "../memory/frame-pool.ts";
import type { ReplicaMemory } from "../memory/replica-memory.ts";
import { OWNER, type SharedLayout } from "../memory/shared-layout.ts";

/** Pages written from one place to the next, by the frame that has them as they were there. */
type Written = Map<number, number>;

/** A page's versions: frames, by the place from which on it is read there. */
interface Versions {
  readonly places: number[];
  readonly frames: number[];
}

/** Code is looked up by lines: what differs in others leaves it alone. */
const LINE_BYTES = 64;

export class VersionedMemory {
  readonly #memory: ReplicaMemory;
  readonly #pool: FramePool;
  readonly #bytes: Buffer;
  readonly #map: Uint32Array<SharedArrayBuffer>;
  /** [0] is the count. */
  readonly #dirty: Uint32Array<SharedArrayBuffer>;
  /** As the memory was at the first place. */
  readonly #base: Uint32Array;
  #written: Written[] = [new Map()];
  #versions: ReadonlyMap<number, Versions> = new Map();
  #held = 0;
  /** Where the memory was put last. */
  #at = 0;

  /** The memory as it is now is that of place 0. */
  constructor(memory: ReplicaMemory, layout: SharedLayout, arena: number) {
    const { buffer } = memory.shared;
    const place = layout.arenas[arena];
    if (place === undefined) throw new RangeError(`arena ${arena} does not exist`);
    this.#memory = memory;
    this.#pool = new FramePool(memory.shared, layout, (arena + 1) / (layout.arenas.length + 1));
    this.#bytes = Buffer.from(buffer);
    this.#map = new Uint32Array(buffer as SharedArrayBuffer, place.pageMap, layout.ramPages);
    this.#dirty = new Uint32Array(
      buffer as SharedArrayBuffer,
      place.dirtyList,
      layout.ramPages + 1,
    );
    this.#keepDirty();
    this.#base = Uint32Array.from(this.#map);
    memory.remapped();
  }

  /** Frames that hold versions beyond the first. */
  get heldFrames(): number {
    return this.#held;
  }

  /** What the memory is now is the next place. @returns its number */
  addPlace(): number {
    const written: Written = new Map();
    for (const page of this.#dirtyPages()) written.set(page, (this.#map[page] ?? 0) >>> 1);
    this.#keepDirty();
    this.#held += written.size;
    this.#written.push(written);
    this.#memory.remapped();
    return this.#written.length - 1;
  }

  /** Gives up places, before any was gone back to. Those that stay are numbered anew. @param isKept by number; the first and the last one stay */
  thin(isKept: (place: number) => boolean): void {
    const kept: Written[] = [];
    let open: Written = new Map();
    for (const [place, written] of this.#written.entries()) {
      for (const [page, frame] of written) {
        const older = open.get(page);
        if (older !== undefined) this.#release(older);
        open.set(page, frame);
      }
      if (place > 0 && place < this.#written.length - 1 && !isKept(place)) continue;
      kept.push(open);
      open = new Map();
    }
    this.#written = kept;
  }

  /** No more places come. */
  seal(): void {
    const versions = new Map<number, Versions>();
    for (const [place, written] of this.#written.entries()) {
      for (const [page, frame] of written) {
        const known = versions.get(page);
        if (known === undefined) versions.set(page, { places: [place], frames: [frame] });
        else {
          known.places.push(place);
          known.frames.push(frame);
        }
      }
    }
    this.#versions = versions;
    this.#at = this.#written.length - 1;
  }

  /** Puts the memory back to a place, and tells its observer what changed by that. The processor has to resume a state next. */
  goTo(place: number): void {
    for (const page of this.#dirtyPages()) {
      const own = (this.#map[page] ?? 0) >>> 1;
      this.#remap(page, own, this.#frameAt(page, place));
      this.#pool.release(own);
    }
    this.#dirty[0] = 0;
    const [from, to] = this.#at < place ? [this.#at, place] : [place, this.#at];
    for (let between = from + 1; between <= to; between++) {
      for (const page of this.#written[between]?.keys() ?? []) {
        this.#remap(page, (this.#map[page] ?? 0) >>> 1, this.#frameAt(page, place));
      }
    }
    this.#at = place;
  }

  /**
   * Pages whose contents differ from those at a place, the memory having gone on from the place that it was put to.
   * @param most that are looked for
   */
  differingPages(place: number, most: number): readonly number[] {
    const found: number[] = [];
    const looked = new Set<number>();
    const look = (page: number): boolean => {
      if (looked.has(page)) return false;
      looked.add(page);
      const own = this.#offsetOf((this.#map[page] ?? 0) >>> 1);
      if (!areEqualPages(this.#bytes, own, this.#offsetOf(this.#frameAt(page, place)))) {
        found.push(page);
      }
      return found.length >= most;
    };
    for (const page of this.#dirtyPages()) if (look(page)) return found;
    for (let between = this.#at + 1; between <= place; between++) {
      for (const page of this.#written[between]?.keys() ?? []) if (look(page)) return found;
    }
    return found;
  }

  /** Pages written from one place to another, or by the memory since it was put to a place. */
  writtenBetween(from: number, to: number): ReadonlySet<number> {
    const pages = new Set(this.#dirtyPages());
    for (let between = from + 1; between <= to; between++) {
      for (const page of this.#written[between]?.keys() ?? []) pages.add(page);
    }
    return pages;
  }

  #remap(page: number, from: number, to: number): void {
    if (from === to) {
      this.#map[page] = (to << 1) >>> 0;
      return;
    }
    const [old, now] = [this.#offsetOf(from), this.#offsetOf(to)];
    this.#map[page] = (to << 1) >>> 0;
    if (areEqualPages(this.#bytes, old, now)) return;
    // The whole of lines that differ.
    const bytes = this.#bytes;
    for (let at = 0; at < PAGE_BYTES; at += LINE_BYTES) {
      const isSame =
        bytes.compare(bytes, old + at, old + at + LINE_BYTES, now + at, now + at + LINE_BYTES) ===
        0;
      if (!isSame) this.#memory.changed(page * PAGE_BYTES + at, LINE_BYTES);
    }
  }

  #frameAt(page: number, place: number): number {
    const versions = this.#versions.get(page);
    if (versions === undefined) return (this.#base[page] ?? 0) >>> 1;
    const { places, frames } = versions;
    let from = 0;
    let end = places.length;
    while (from < end) {
      const middle = (from + end) >>> 1;
      if ((places[middle] ?? 0) <= place) from = middle + 1;
      else end = middle;
    }
    return from === 0 ? (this.#base[page] ?? 0) >>> 1 : (frames[from - 1] ?? 0);
  }

  #dirtyPages(): Uint32Array {
    return this.#dirty.subarray(1, 1 + (this.#dirty[0] ?? 0));
  }

  /** From here on the frames of dirty pages are read only. */
  #keepDirty(): void {
    for (const page of this.#dirtyPages()) {
      const entry = this.#map[page] ?? 0;
      this.#pool.setOwner(entry >>> 1, OWNER.checkpoint);
      this.#map[page] = (entry & ~DIRTY) >>> 0;
    }
    this.#dirty[0] = 0;
  }

  #release(frame: number): void {
    this.#pool.release(frame);
    this.#held -= 1;
  }

  #offsetOf(frame: number): number {
    return this.#pool.offsetOf(frame);
  }
}
