// The pool of frames behind guest memory. A frame is claimed by a compare-and-exchange on its byte in the owner table,
// so a worker that dies at any instant leaves the table consistent. Frames held are counted per owner as they change
// hands; a dead owner's count is set right when its frames are freed.
import { ExtravirtError } from "../api/extravirt-error.ts";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import { OWNER, type SharedLayout } from "./shared-layout.ts";

/** Values of the owner table are bytes. */
export const OWNERS = 256;
/** Frames looked at before it is worth asking whether any is free at all. */
const PATIENCE = 256;

export class FramePool {
  readonly #owners: Uint8Array<SharedArrayBuffer>;
  readonly #counts: Int32Array<SharedArrayBuffer>;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;
  readonly #layout: SharedLayout;
  readonly #batch: Int32Array;
  /** Frames that a batch gave (and took from) each owner so far; undefined outside of one. */
  #moved: Int32Array | undefined;
  /** Where the next search starts; differs by owner so that workers seldom meet. */
  #hint: number;

  /** @param batch by owner, zero: where a batch counts */
  constructor(
    shared: WebAssembly.Memory,
    layout: SharedLayout,
    startFraction = 0,
    batch: Int32Array = new Int32Array(OWNERS),
  ) {
    this.#layout = layout;
    this.#batch = batch;
    this.#owners = new Uint8Array(shared.buffer, layout.owners, layout.frameCount);
    this.#counts = new Int32Array(
      shared.buffer,
      layout.ownerCounts,
      OWNER.firstReplica + layout.arenas.length,
    );
    this.#bytes = new Uint8Array(shared.buffer);
    this.#hint = Math.max(1, Math.floor(layout.frameCount * startFraction));
  }

  /** Who holds which frame, and frames per owner, where they stand. */
  get tables(): { readonly owners: Uint8Array; readonly counts: Int32Array } {
    return { owners: this.#owners, counts: this.#counts };
  }

  /**
   * Claims a free frame; its contents are undefined. Where none is left, one of an older checkpoint's is taken, which is
   * lost then: what is needed now goes before what might be needed.
   * @throws XV_ERR_MEMORY_POOL_EXHAUSTED
   */
  allocate(owner: number): number {
    const frame = this.find(owner);
    if (frame !== undefined) return frame;
    throw new ExtravirtError("XV_ERR_MEMORY_POOL_EXHAUSTED", "no free frame is left in the pool", {
      place: "machine.ram",
      remedy:
        "Give the machine less memory, take checkpoints more often, or share memory (merge-verified).",
    });
  }

  /** As `allocate`. @returns undefined where no frame is left */
  find(owner: number): number | undefined {
    return this.#claim(OWNER.free, owner) ?? this.#claim(OWNER.olderCheckpoints, owner);
  }

  /** False may be wrong after the death of a replica, true never is. */
  get #isFull(): boolean {
    let held = 0;
    for (let owner = 1; owner < this.#counts.length; owner++) held += this.count(owner);
    return held >= this.#owners.length;
  }

  #claim(from: number, owner: number): number | undefined {
    if (from !== OWNER.free && this.count(from) <= 0) return undefined;
    const owners = this.#owners;
    const count = owners.length;
    let frame = this.#hint;
    for (let tries = 1; tries < count; tries++) {
      if (owners[frame] === from && this.#take(frame, from, owner)) {
        this.#hint = frame + 1 < count ? frame + 1 : 1;
        return frame;
      }
      frame = frame + 1 < count ? frame + 1 : 1;
      if (tries === PATIENCE && from === OWNER.free && this.#isFull) return undefined;
    }
    return undefined;
  }

  #take(frame: number, from: number, owner: number): boolean {
    // A worker that dies before it has the frame leaves a count too low, which the coordinator notices.
    if (from !== OWNER.free) Atomics.sub(this.#counts, from, 1);
    const isTaken = Atomics.compareExchange(this.#owners, frame, from, owner) === from;
    if (isTaken) Atomics.add(this.#counts, owner, 1);
    else if (from !== OWNER.free) Atomics.add(this.#counts, from, 1);
    return isTaken;
  }

  release(frame: number): void {
    if (frame !== 0) this.setOwner(frame, OWNER.free);
  }

  /** Frees every frame of an owner (a discarded replica), whatever its count says. */
  releaseAll(owner: number): void {
    const owners = this.#owners;
    for (
      let frame = owners.indexOf(owner, 1);
      frame > 0;
      frame = owners.indexOf(owner, frame + 1)
    ) {
      Atomics.store(owners, frame, OWNER.free);
    }
    this.setCount(owner, 0);
  }

  get frameCount(): number {
    return this.#layout.frameCount;
  }

  ownerOf(frame: number): number {
    return this.#owners[frame] ?? OWNER.free;
  }

  /** Moves a frame from its owner to another. */
  setOwner(frame: number, owner: number): void {
    const moved = this.#moved;
    if (moved !== undefined) {
      const from = this.ownerOf(frame);
      this.#owners[frame] = owner;
      moved[from] = (moved[from] ?? 0) - 1;
      moved[owner] = (moved[owner] ?? 0) + 1;
      return;
    }
    const before = Atomics.exchange(this.#owners, frame, owner);
    // A damaged entry names nobody.
    const isCounted = before !== OWNER.free && before < this.#counts.length;
    if (isCounted) Atomics.sub(this.#counts, before, 1);
    if (owner !== OWNER.free) Atomics.add(this.#counts, owner, 1);
  }

  /**
   * Does work that moves many frames while nobody else touches the tables: plain stores, and the counts at the end.
   * HOT: replicas stand still (bench: checkpoint).
   */
  inBatch(work: () => void): void {
    const moved = this.#batch;
    this.#moved = moved;
    try {
      work();
    } finally {
      this.#moved = undefined;
      for (let owner = 1; owner < this.#counts.length; owner++) {
        if (moved[owner] !== 0) Atomics.add(this.#counts, owner, moved[owner] ?? 0);
      }
      moved.fill(0);
    }
  }

  get isInBatch(): boolean {
    return this.#moved !== undefined;
  }

  /** Of frames whose owner was changed in the table. */
  moveCount(from: number, to: number, frames: number): void {
    if (from !== OWNER.free) Atomics.sub(this.#counts, from, frames);
    if (to !== OWNER.free) Atomics.add(this.#counts, to, frames);
  }

  /** Frames that an owner other than OWNER.free holds. */
  count(owner: number): number {
    return Atomics.load(this.#counts, owner) + (this.#moved?.[owner] ?? 0);
  }

  /** Puts all counts right. */
  recount(): void {
    const counts = new Int32Array(OWNERS);
    for (const owner of this.#owners) counts[owner] = (counts[owner] ?? 0) + 1;
    for (let owner = 1; owner < this.#counts.length; owner++) {
      Atomics.store(this.#counts, owner, counts[owner] ?? 0);
    }
    Atomics.store(this.#counts, OWNER.free, 0);
  }

  /** Puts an owner's count right, by the table. */
  countAgain(owner: number): void {
    let frames = 0;
    for (const one of this.#owners) if (one === owner) frames++;
    this.setCount(owner, frames);
  }

  /** Puts an owner's count right. */
  setCount(owner: number, frames: number): void {
    Atomics.store(this.#counts, owner, frames - (this.#moved?.[owner] ?? 0));
  }

  /** Frames held per owner, index = owner; index 0 counts the free ones. */
  countByOwner(): number[] {
    return this.withFree(Array.from(this.#counts, (_, owner) => this.count(owner)));
  }

  /** As `countByOwner`, where no replica runs and no batch is on its way; what is free is counted later (`withFree`). */
  snapshot(): Int32Array {
    return this.#counts.slice();
  }

  withFree(held: ArrayLike<number>): number[] {
    const counts = Array.from(held);
    counts[OWNER.free] = 0;
    counts[OWNER.free] = this.#layout.frameCount - counts.reduce((sum, count) => sum + count, 0);
    return counts;
  }

  /** Byte offset of a frame in the shared memory. */
  offsetOf(frame: number): number {
    return this.#layout.frames + frame * PAGE_BYTES;
  }

  /** HOT: the zero page is copied as well; filling a shared array takes three times as long (bench: Debian boot). */
  copy(from: number, to: number): void {
    const source = this.offsetOf(from);
    this.#bytes.copyWithin(this.offsetOf(to), source, source + PAGE_BYTES);
  }
}
