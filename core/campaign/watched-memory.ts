// Guest memory that notes which pages are read by whoever has no translations of its own: devices, page walks, and
// accesses that go the slow way.
import { ReplicaMemory } from "../memory/replica-memory.ts";

const PAGE_SHIFT = 12;

export class WatchedMemory extends ReplicaMemory {
  #seen: ((page: number) => void) | undefined;

  /** @param seen undefined where it is of no interest any more */
  watch(seen: ((page: number) => void) | undefined): void {
    this.#seen = seen;
  }

  override frameForRead(page: number): number {
    this.#seen?.(page);
    return super.frameForRead(page);
  }

  override read(address: number, length: number): Uint8Array {
    if (this.#seen !== undefined) {
      for (let page = address >>> PAGE_SHIFT; page * 4096 < address + length; page++) {
        this.#seen(page);
      }
    }
    return super.read(address, length);
  }

  override readU8(address: number): number {
    this.#seen?.(address >>> PAGE_SHIFT);
    return super.readU8(address);
  }

  override readU16(address: number): number {
    this.#seenBoth(address, 2);
    return super.readU16(address);
  }

  override readU32(address: number): number {
    this.#seenBoth(address, 4);
    return super.readU32(address);
  }

  override readU64(address: number): bigint {
    this.#seenBoth(address, 8);
    return super.readU64(address);
  }

  #seenBoth(address: number, length: number): void {
    this.#seen?.(address >>> PAGE_SHIFT);
    this.#seen?.((address + length - 1) >>> PAGE_SHIFT);
  }
}
