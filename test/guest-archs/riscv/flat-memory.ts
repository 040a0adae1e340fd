// The simplest guest memory: every page has its own frame from the start. For tests of what sits above it.
import {
  type GuestMemory,
  type MemoryObserver,
  PAGE_BYTES,
  type PageMap,
} from "../../../core/index.ts";

const WASM_PAGE_BYTES = 65_536;

export class FlatMemory implements GuestMemory {
  readonly bytes: number;
  readonly pages: number;
  readonly shared: WebAssembly.Memory;
  readonly pageMap: PageMap;
  readonly #base: number;
  readonly #u8: Uint8Array;
  readonly #view: DataView;
  /** Page n lives in frame n. */
  readonly #map: Uint32Array;
  #observer: MemoryObserver = { frameReplaced() {}, written() {}, mapReset() {} };

  /** @param areaBytes room for a processor area at offset 0; RAM follows. */
  constructor(ramBytes: number, areaBytes: number) {
    this.bytes = ramBytes;
    this.pages = ramBytes / PAGE_BYTES;
    this.#base = Math.ceil(areaBytes / PAGE_BYTES) * PAGE_BYTES;
    const entries = this.#base + ramBytes;
    const pages = Math.ceil((entries + this.pages * 4) / WASM_PAGE_BYTES);
    this.shared = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.#u8 = new Uint8Array(this.shared.buffer);
    this.#view = new DataView(this.shared.buffer);
    this.pageMap = { entries, frames: this.#base };
    this.#map = new Uint32Array(this.shared.buffer, entries, this.pages);
    this.#map.forEach((_, page) => this.#setWritable(page, false));
  }

  observe(observer: MemoryObserver): void {
    this.#observer = observer;
  }

  /** Takes write permission from all pages, as a checkpoint does. */
  protect(): void {
    this.#map.forEach((_, page) => this.#setWritable(page, false));
    this.#observer.mapReset();
  }

  contains(address: number, length: number): boolean {
    return address >= 0 && address + length <= this.bytes;
  }

  frameForRead(page: number): number {
    return this.#base + page * PAGE_BYTES;
  }

  frameForWrite(page: number): number {
    if (!this.isWritable(page)) this.#observer.frameReplaced(page);
    this.#setWritable(page, true);
    return this.#base + page * PAGE_BYTES;
  }

  isWritable(page: number): boolean {
    return ((this.#map[page] ?? 0) & 1) !== 0;
  }

  read(address: number, length: number): Uint8Array {
    this.#check(address, length);
    return this.#u8.slice(this.#base + address, this.#base + address + length);
  }

  readU8(address: number): number {
    return this.#view.getUint8(this.#check(address, 1));
  }

  readU16(address: number): number {
    return this.#view.getUint16(this.#check(address, 2), true);
  }

  readU32(address: number): number {
    return this.#view.getUint32(this.#check(address, 4), true);
  }

  readU64(address: number): bigint {
    return this.#view.getBigUint64(this.#check(address, 8), true);
  }

  write(address: number, bytes: Uint8Array): void {
    this.#u8.set(bytes, this.#check(address, bytes.length));
    this.#observer.written(address, bytes.length);
  }

  writeU8(address: number, value: number): void {
    this.#view.setUint8(this.#check(address, 1), value);
    this.#observer.written(address, 1);
  }

  writeU16(address: number, value: number): void {
    this.#view.setUint16(this.#check(address, 2), value, true);
    this.#observer.written(address, 2);
  }

  writeU32(address: number, value: number): void {
    this.#view.setUint32(this.#check(address, 4), value, true);
    this.#observer.written(address, 4);
  }

  writeU64(address: number, value: bigint): void {
    this.#view.setBigUint64(this.#check(address, 8), value, true);
    this.#observer.written(address, 8);
  }

  #setWritable(page: number, isWritable: boolean): void {
    this.#map[page] = (page << 1) | (isWritable ? 1 : 0);
  }

  #check(address: number, length: number): number {
    if (!this.contains(address, length)) throw new RangeError(`${address} is outside memory`);
    return this.#base + address;
  }
}
