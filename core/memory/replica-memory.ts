// Guest-physical memory of one replica: a page map over the shared pool. The first write to a page since the last
// checkpoint makes it private (copy-on-write) and puts it on the dirty list; frames of others are never written.
import {
  DIRTY,
  PAGE_BYTES,
  type GuestMemory,
  type MemoryObserver,
  type PageMap,
} from "../api/guest-memory.ts";
import { FramePool } from "./frame-pool.ts";
import { PageHold } from "./hold-pages.ts";
import { OWNER, type SharedLayout } from "./shared-layout.ts";
import { checkRange } from "./check-range.ts";

// HOT: addresses in RAM stay below 4 GiB, so pages and offsets come from 32-bit operations.
const PAGE_SHIFT = 12;
const OFFSET = PAGE_BYTES - 1;

const isSplit = (address: number, size: number): boolean => (address & OFFSET) > PAGE_BYTES - size;

export class ReplicaMemory implements GuestMemory {
  readonly bytes: number;
  readonly pages: number;
  readonly shared: WebAssembly.Memory;
  readonly pageMap: PageMap;
  readonly #owner: number;
  readonly #pool: FramePool;
  readonly #map: Uint32Array<SharedArrayBuffer>;
  /** [0] is the count. */
  readonly #dirty: Uint32Array<SharedArrayBuffer>;
  readonly #u8: Uint8Array<SharedArrayBuffer>;
  readonly #view: DataView<SharedArrayBuffer>;
  readonly #frames: number;
  readonly #hold: PageHold;
  readonly #arena: number;
  #observer: MemoryObserver = { frameReplaced() {}, written() {}, mapReset() {} };

  constructor(shared: WebAssembly.Memory, layout: SharedLayout, arena: number) {
    const place = layout.arenas[arena];
    if (place === undefined) throw new RangeError(`arena ${arena} does not exist`);
    this.shared = shared;
    this.pages = layout.ramPages;
    this.bytes = layout.ramPages * PAGE_BYTES;
    this.pageMap = { entries: place.pageMap, frames: layout.frames };
    this.#owner = OWNER.firstReplica + arena;
    this.#pool = new FramePool(shared, layout, (arena + 1) / (layout.arenas.length + 1));
    this.#map = new Uint32Array(shared.buffer, place.pageMap, layout.ramPages);
    this.#dirty = new Uint32Array(shared.buffer, place.dirtyList, layout.ramPages + 1);
    this.#u8 = new Uint8Array(shared.buffer);
    this.#view = new DataView(shared.buffer);
    this.#frames = layout.frames;
    this.#hold = new PageHold(shared, layout);
    this.#arena = arena;
  }

  /** Pages written since the checkpoint. */
  get dirtyPages(): number {
    return this.#dirty[0] ?? 0;
  }

  /**
   * What it has in the pages written since the checkpoint stays as it is, for the coordinator to compare; none of them is
   * dirty any more. HOT: the replica stands still (bench: checkpoint pause).
   * @param most written pages, above which nothing is held
   */
  hold(most: number): void {
    const held = this.#hold.hold(this.#arena, most);
    this.#pool.moveCount(this.#owner, OWNER.candidate, held);
    this.#observer.mapReset();
  }

  observe(observer: MemoryObserver): void {
    this.#observer = observer;
  }

  /** The coordinator changed the page map while this replica stood still. */
  remapped(): void {
    this.#observer.mapReset();
  }

  /** The page map leads to other contents at these bytes of RAM; `remapped` follows. */
  changed(address: number, length: number): void {
    this.#observer.written(address, length);
  }

  contains(address: number, length: number): boolean {
    return address >= 0 && address + length <= this.bytes;
  }

  frameForRead(page: number): number {
    return this.#frames + ((this.#map[page] ?? 0) >>> 1) * PAGE_BYTES;
  }

  isWritable(page: number): boolean {
    return ((this.#map[page] ?? 0) & DIRTY) !== 0;
  }

  frameForWrite(page: number): number {
    const entry = this.#map[page] ?? 0;
    let frame = entry >>> 1;
    if ((entry & DIRTY) === 0) {
      if (frame === 0 || this.#pool.ownerOf(frame) !== this.#owner) {
        const copy = this.#pool.allocate(this.#owner);
        this.#pool.copy(frame, copy);
        this.#observer.frameReplaced(page);
        frame = copy;
      }
      this.#map[page] = ((frame << 1) | DIRTY) >>> 0;
      const count = (this.#dirty[0] ?? 0) + 1;
      this.#dirty[count] = page;
      this.#dirty[0] = count;
    }
    return this.#frames + frame * PAGE_BYTES;
  }

  /** Frames of the pool. */
  get frameCount(): number {
    return this.#pool.frameCount;
  }

  /**
   * A write that went astray to a byte of any frame. As with every write, only a private frame that is mapped writable
   * takes it.
   * @returns false when it was stopped
   */
  strayWrite(frame: number, offset: number, mask: number): boolean {
    if (frame === 0 || this.#pool.ownerOf(frame) !== this.#owner) return false;
    const page = this.#map.indexOf(((frame << 1) | DIRTY) >>> 0);
    if (page < 0) return false;
    const address = page * PAGE_BYTES + offset;
    this.writeU8(address, this.readU8(address) ^ mask);
    return true;
  }

  read(address: number, length: number): Uint8Array {
    this.#check(address, length);
    const result = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const at = address + done;
      const part = Math.min(PAGE_BYTES - (at & OFFSET), length - done);
      const from = this.#readOffset(at);
      result.set(this.#u8.subarray(from, from + part), done);
      done += part;
    }
    return result;
  }

  write(address: number, bytes: Uint8Array): void {
    this.#check(address, bytes.length);
    for (let done = 0; done < bytes.length;) {
      const at = address + done;
      const part = Math.min(PAGE_BYTES - (at & OFFSET), bytes.length - done);
      this.#u8.set(bytes.subarray(done, done + part), this.#writeOffset(at));
      done += part;
    }
    if (bytes.length > 0) this.#observer.written(address, bytes.length);
  }

  readU8(address: number): number {
    this.#check(address, 1);
    return this.#u8[this.#readOffset(address)] ?? 0;
  }

  readU16(address: number): number {
    this.#check(address, 2);
    return isSplit(address, 2)
      ? this.readU8(address) | (this.readU8(address + 1) << 8)
      : this.#view.getUint16(this.#readOffset(address), true);
  }

  // HOT: page walks read page-table entries through this one (bench: Debian boot).
  readU32(address: number): number {
    this.#check(address, 4);
    return isSplit(address, 4)
      ? (this.readU16(address) | (this.readU16(address + 2) << 16)) >>> 0
      : this.#view.getUint32(this.#readOffset(address), true);
  }

  readU64(address: number): bigint {
    this.#check(address, 8);
    return isSplit(address, 8)
      ? BigInt(this.readU32(address)) | (BigInt(this.readU32(address + 4)) << 32n)
      : this.#view.getBigUint64(this.#readOffset(address), true);
  }

  writeU8(address: number, value: number): void {
    this.#check(address, 1);
    this.#u8[this.#writeOffset(address)] = value;
    this.#observer.written(address, 1);
  }

  writeU16(address: number, value: number): void {
    this.#check(address, 2);
    if (isSplit(address, 2)) this.write(address, Uint8Array.of(value, value >>> 8));
    else {
      this.#view.setUint16(this.#writeOffset(address), value, true);
      this.#observer.written(address, 2);
    }
  }

  writeU32(address: number, value: number): void {
    this.#check(address, 4);
    if (isSplit(address, 4)) {
      this.write(address, Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24));
    } else {
      this.#view.setUint32(this.#writeOffset(address), value, true);
      this.#observer.written(address, 4);
    }
  }

  writeU64(address: number, value: bigint): void {
    this.writeU32(address, Number(value & 0xffff_ffffn));
    this.writeU32(address + 4, Number((value >> 32n) & 0xffff_ffffn));
  }

  #readOffset(address: number): number {
    const frame = (this.#map[address >>> PAGE_SHIFT] ?? 0) >>> 1;
    return this.#frames + frame * PAGE_BYTES + (address & OFFSET);
  }

  #writeOffset(address: number): number {
    return this.frameForWrite(address >>> PAGE_SHIFT) + (address & OFFSET);
  }

  #check(address: number, length: number): void {
    checkRange(address, length, this.bytes);
  }
}
