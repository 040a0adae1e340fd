// Guest-physical memory as one replica sees it. Implemented by core/memory/guest-memory.ts.
import type {} from "./webassembly.ts";

/** Bytes of a frame and of a guest page. */
export const PAGE_BYTES = 4096;

/**
 * Told about changes of the page map that a processor's translation caches must follow.
 * Called synchronously, before the change becomes visible to the guest.
 */
export interface MemoryObserver {
  /** A page now lives in another frame (copy-on-write): drop read and fetch translations of it. */
  frameReplaced(page: number): void;
  /** Bytes were written by something else than the processor (DMA): drop decoded code there. */
  written(address: number, length: number): void;
  /** Pages lost their write permission or the whole map changed: drop all translations. */
  mapReset(): void;
}

/** A page-map entry is `frame << 1 | dirty`; dirty implies that the frame is the replica's own. */
export const DIRTY = 1;

/** Where generated code finds the frames of pages, as byte offsets into the shared memory. */
export interface PageMap {
  /** u32 per page: `frame << 1`, plus DIRTY while `isWritable` says so. */
  readonly entries: number;
  /** Frame 0; the others follow. */
  readonly frames: number;
}

/**
 * RAM as a device sees it. Addresses are offsets into RAM (0 = first byte of RAM), numbers below 2^53.
 * All accessors throw XV_ERR_MACHINE_MEMORY_RANGE outside RAM; check with `contains` first where a guest chooses.
 */
export interface DeviceMemory {
  readonly bytes: number;
  contains(address: number, length: number): boolean;
  read(address: number, length: number): Uint8Array;
  readU8(address: number): number;
  readU16(address: number): number;
  readU32(address: number): number;
  readU64(address: number): bigint;
  write(address: number, bytes: Uint8Array): void;
  writeU8(address: number, value: number): void;
  writeU16(address: number, value: number): void;
  writeU32(address: number, value: number): void;
  writeU64(address: number, value: bigint): void;
}

/** RAM of one replica. Writes made through the accessors reach the observer's `written`. */
export interface GuestMemory extends DeviceMemory {
  readonly pages: number;
  /** The shared pool; frame offsets below are byte offsets into its buffer. */
  readonly shared: WebAssembly.Memory;
  readonly pageMap: PageMap;
  /** Byte offset (unsigned) in `shared` of the frame a page is read from. Never write through it. */
  frameForRead(page: number): number;
  /** Byte offset of the page's private frame; makes one (copy-on-write) and marks the page dirty. */
  frameForWrite(page: number): number;
  /** True when the page already has a private, dirty frame: a write needs no further notice. */
  isWritable(page: number): boolean;
  observe(observer: MemoryObserver): void;
}
