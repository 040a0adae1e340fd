// A first-in first-out queue of bytes: host input that a device's guest has not read yet.
import type { Saved, StateReader, StateWriter } from "../../core/index.ts";

const FIRST_CAPACITY = 256;
/** A guest that does not read must not make the host hold everything it is ever sent. */
export const MAX_QUEUED_BYTES = 16_777_216;

export class ByteQueue implements Saved {
  #bytes: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** @returns false when there was no room for all of it, and the end of it is lost. */
  push(bytes: Uint8Array): boolean {
    const kept = bytes.subarray(0, MAX_QUEUED_BYTES - this.length);
    this.#makeRoom(kept.length);
    this.#bytes.set(kept, this.#end);
    this.#end += kept.length;
    return kept.length === bytes.length;
  }

  /** @returns the oldest byte, or -1 when empty. */
  shift(): number {
    if (this.#start === this.#end) return -1;
    return this.#bytes[this.#start++] ?? -1;
  }

  /** Removes up to `count` bytes from the front. @returns a copy of them. */
  take(count: number): Uint8Array {
    const taken = this.#bytes.slice(this.#start, Math.min(this.#end, this.#start + count));
    this.#start += taken.length;
    return taken;
  }

  save(writer: StateWriter): void {
    writer.bytes(this.#bytes.slice(this.#start, this.#end));
  }

  restore(reader: StateReader): void {
    this.#start = 0;
    this.#end = 0;
    this.push(reader.bytes());
  }

  #makeRoom(count: number): void {
    if (this.#end + count <= this.#bytes.length) return;
    const needed = this.length + count;
    const kept = this.#bytes.subarray(this.#start, this.#end);
    const target = needed * 2 <= this.#bytes.length ? this.#bytes : new Uint8Array(needed * 2);
    target.set(kept);
    this.#end = kept.length;
    this.#start = 0;
    this.#bytes = target;
  }
}
