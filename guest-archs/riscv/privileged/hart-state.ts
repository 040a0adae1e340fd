// The slots of one hart (hart-layout.ts) in the shared memory, seen as 64-bit values and as 32-bit halves.
// Slot numbers are those of SLOT; the caller keeps them in range.
import { HART_STATE_BYTES, SLOT } from "../hart-layout.ts";

const SLOTS = HART_STATE_BYTES / 8;

export class HartState {
  readonly slots: BigUint64Array<SharedArrayBuffer>;
  /** HOT: the same slots as 32-bit words, low half first: no BigInt is made on the paths of every TLB miss and trap. */
  readonly words: Uint32Array<SharedArrayBuffer>;

  /** @param byteOffset of slot 0 in `buffer`, a multiple of 8. */
  constructor(buffer: SharedArrayBuffer, byteOffset: number) {
    this.slots = new BigUint64Array(buffer, byteOffset, SLOTS);
    this.words = new Uint32Array(buffer, byteOffset, SLOTS * 2);
  }

  get(slot: number): bigint {
    return this.slots[slot] as bigint;
  }

  /** Stores the value modulo 2^64. */
  set(slot: number, value: bigint): void {
    this.slots[slot] = value;
  }

  /** Bits 31 to 0, unsigned. */
  low(slot: number): number {
    return this.words[slot * 2] as number;
  }

  /** Bits 63 to 32, unsigned. */
  high(slot: number): number {
    return this.words[slot * 2 + 1] as number;
  }

  setLow(slot: number, value: number): void {
    this.words[slot * 2] = value;
  }

  /** Copies one slot to another. */
  copy(from: number, to: number): void {
    this.words[to * 2] = this.low(from);
    this.words[to * 2 + 1] = this.high(from);
  }

  /** Privilege mode: 0 U, 1 S, 3 M. */
  get privilege(): number {
    return this.low(SLOT.priv) & 3;
  }

  set privilege(mode: number) {
    this.setLow(SLOT.priv, mode);
  }

  clear(): void {
    this.words.fill(0);
  }
}
