// Feature negotiation: what the device offers, what the driver took. Source: VIRTIO 1.2, sections 2.2 and 6; the windows
// of 32 bits are those of section 4.2.2.
import type { Saved, StateReader, StateWriter } from "../../../core/index.ts";

const INDIRECT_DESC = 1n << 28n;
const VERSION_1 = 1n << 32n;
const OF_TRANSPORT = INDIRECT_DESC | VERSION_1;

const WINDOW_BITS = 32;
const WINDOW_MASK = 0xffff_ffffn;
/** Windows above have no features. */
const LAST_WINDOW = 1;

export class FeatureNegotiation implements Saved {
  /** Which 32 features `offeredWindow` tells. */
  offeredSelect = 0;
  /** Which 32 features `take` sets. */
  takenSelect = 0;
  readonly #offered: bigint;
  #taken = 0n;

  /** @param ofDevice features of the device type; those of the transport are added. */
  constructor(ofDevice: bigint) {
    this.#offered = ofDevice | OF_TRANSPORT;
  }

  get offeredWindow(): number {
    if (this.offeredSelect > LAST_WINDOW) return 0;
    return Number((this.#offered >> BigInt(WINDOW_BITS * this.offeredSelect)) & WINDOW_MASK);
  }

  take(window: number): void {
    if (this.takenSelect > LAST_WINDOW) return;
    const shift = BigInt(WINDOW_BITS * this.takenSelect);
    this.#taken = (this.#taken & ~(WINDOW_MASK << shift)) | (BigInt(window) << shift);
  }

  /** Whether the device can work with what the driver took: nothing it was not offered, and VERSION_1. */
  get isAcceptable(): boolean {
    return (this.#taken & VERSION_1) !== 0n && (this.#taken & ~this.#offered) === 0n;
  }

  /** @param feature one bit. */
  has(feature: bigint): boolean {
    return (this.#taken & feature) !== 0n;
  }

  reset(): void {
    this.offeredSelect = 0;
    this.takenSelect = 0;
    this.#taken = 0n;
  }

  save(writer: StateWriter): void {
    writer.u32(this.offeredSelect);
    writer.u32(this.takenSelect);
    writer.u64(this.#taken);
  }

  restore(reader: StateReader): void {
    this.offeredSelect = reader.u32();
    this.takenSelect = reader.u32();
    this.#taken = reader.u64();
  }
}
