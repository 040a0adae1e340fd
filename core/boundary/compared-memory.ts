// Guest memory as devices below the replicas see it: what they read is read in every replica and compared; what they
// write becomes effects of a reply, and is visible to them at once. The replicas stand still meanwhile.
import { crc32 } from "node:zlib";
import { PAGE_BYTES, type DeviceMemory } from "../api/guest-memory.ts";
import type { DeviceEffect } from "./device-reply.ts";
import { checkRange } from "../memory/check-range.ts";

/** Where the pages of a replica are. */
export interface ReplicaPages {
  /** Replicas whose memory counts, at least one. */
  readonly replicas: readonly number[];
  /** The bytes of a page of a replica; not a copy. */
  page(replica: number, page: number): Uint8Array;
}

/** A device reads what the replicas do not agree on. */
export class MemoryDiffers extends Error {
  override readonly name: string = "MemoryDiffers";
}

type Written = DeviceEffect & { readonly kind: "memory" };

export class ComparedMemory implements DeviceMemory {
  readonly bytes: number;
  readonly #pages: ReplicaPages;
  readonly #ramBase: number;
  readonly #onWrite: (effect: Written) => void;
  /** Writes that no replica has yet, oldest first. */
  #written: Written[] = [];

  constructor(
    bytes: number,
    ramBase: number,
    pages: ReplicaPages,
    onWrite: (effect: Written) => void,
  ) {
    this.bytes = bytes;
    this.#ramBase = ramBase;
    this.#pages = pages;
    this.#onWrite = onWrite;
  }

  /** Writes that no replica has yet. */
  get pending(): number {
    return this.#written.length;
  }

  /** The replicas have everything that was written. */
  settle(): void {
    this.#written = [];
  }

  /** All but the first so many pending writes never happened. */
  undoTo(pending: number): void {
    this.#written.length = pending;
  }

  contains(address: number, length: number): boolean {
    return address >= 0 && address + length <= this.bytes;
  }

  /** @throws MemoryDiffers */
  read(address: number, length: number): Uint8Array {
    this.#check(address, length);
    const { replicas } = this.#pages;
    const [first = 0, ...others] = replicas;
    const bytes = this.#copy(first, address, length);
    for (const other of others) {
      const claimed = this.#copy(other, address, length);
      if (Buffer.compare(bytes, claimed) === 0) continue;
      const at = bytes.findIndex((byte, index) => byte !== claimed[index]);
      const place = (this.#ramBase + address + at).toString(16);
      throw new MemoryDiffers(`a device reads 0x${place}, where replica ${other} differs`);
    }
    return bytes;
  }

  readU8(address: number): number {
    return this.#view(address, 1).getUint8(0);
  }

  readU16(address: number): number {
    return this.#view(address, 2).getUint16(0, true);
  }

  readU32(address: number): number {
    return this.#view(address, 4).getUint32(0, true);
  }

  readU64(address: number): bigint {
    return this.#view(address, 8).getBigUint64(0, true);
  }

  write(address: number, bytes: Uint8Array): void {
    this.#check(address, bytes.length);
    if (bytes.length === 0) return;
    const checksum = crc32(bytes);
    const effect: Written = { kind: "memory", offset: address, bytes: bytes.slice(), checksum };
    this.#written.push(effect);
    this.#onWrite(effect);
  }

  writeU8(address: number, value: number): void {
    this.write(address, Uint8Array.of(value));
  }

  writeU16(address: number, value: number): void {
    this.write(address, Uint8Array.of(value, value >>> 8));
  }

  writeU32(address: number, value: number): void {
    this.write(address, Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24));
  }

  writeU64(address: number, value: bigint): void {
    this.write(address, new Uint8Array(BigUint64Array.of(value).buffer));
  }

  #view(address: number, length: number): DataView {
    return new DataView(this.read(address, length).buffer);
  }

  #copy(replica: number, address: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const at = address + done;
      const inPage = at % PAGE_BYTES;
      const part = Math.min(PAGE_BYTES - inPage, length - done);
      const page = this.#pages.page(replica, Math.floor(at / PAGE_BYTES));
      bytes.set(page.subarray(inPage, inPage + part), done);
      done += part;
    }
    for (const { offset, bytes: written } of this.#written) {
      const from = Math.max(address, offset);
      const end = Math.min(address + length, offset + written.length);
      if (from < end) bytes.set(written.subarray(from - offset, end - offset), from - address);
    }
    return bytes;
  }

  #check(address: number, length: number): void {
    checkRange(address, length, this.bytes);
  }
}

/** What devices below found to differ while they did this; undefined when nothing did. */
export function disputeIn(action: () => void): MemoryDiffers | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof MemoryDiffers) return error;
    throw error;
  }
}
