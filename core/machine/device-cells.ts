// The state of a device, value by value, for faults: what it saves is what it has. A flip saves the device with one value
// changed and puts it into that state; names and versions of sections are no state, and are left alone.
import type { StateCell } from "../api/coordinator-state.ts";
import type { Saved, StateWriter } from "../api/state-codec.ts";
import { BinaryStateReader, BinaryStateWriter } from "./state-codec.ts";

/** Integers that a double keeps exactly. */
const NUMBER_BITS = 53;

interface Flip {
  /** Number of the value. */
  readonly field: number;
  readonly mask: bigint;
}

/** In the order in which they are saved. */
export function deviceCells(name: string, device: Saved): StateCell[] {
  const fields = new FieldWriter();
  device.save(fields);
  return fields.bits.map((bits, field) => ({
    name: `${name}, value ${field}`,
    bits,
    flip: (bit, width) => {
      let mask = 0n;
      for (let at = bit; at < bit + width; at++) mask |= 1n << BigInt(at % bits);
      const flipped = new FieldWriter({ field, mask });
      device.save(flipped);
      device.restore(new BinaryStateReader(flipped.finish()));
      return flipped.change;
    },
  }));
}

/** Counts values and their bits, and changes one. */
class FieldWriter implements StateWriter {
  /** Of each value. */
  readonly bits: number[] = [];
  /** Before and after, for people. */
  change = "";
  readonly #writer = new BinaryStateWriter();
  readonly #flip: Flip | undefined;

  constructor(flip?: Flip) {
    this.#flip = flip;
  }

  finish(): Uint8Array {
    return this.#writer.finish();
  }

  section(name: string, version: number): void {
    this.#writer.section(name, version);
  }

  string(value: string): void {
    this.#writer.string(value);
  }

  boolean(value: boolean): void {
    this.#writer.boolean(this.#field(1, BigInt(value)) !== 0n);
  }

  u8(value: number): void {
    this.#writer.u8(Number(this.#field(8, BigInt(value & 0xff))));
  }

  u32(value: number): void {
    this.#writer.u32(Number(this.#field(32, BigInt(value >>> 0))));
  }

  u64(value: bigint): void {
    this.#writer.u64(this.#field(64, BigInt.asUintN(64, value)));
  }

  number(value: number): void {
    // "Never" has no bits of an integer: a flip makes it an instant.
    const known = Number.isFinite(value) ? BigInt(value) : 0n;
    const flipped = this.#field(NUMBER_BITS, known);
    this.#writer.number(flipped === known ? value : Number(flipped));
  }

  bytes(value: Uint8Array): void {
    if (value.length === 0) {
      this.#writer.bytes(value);
      return;
    }
    // As one number, the first byte lowest.
    const hex = Buffer.from(value.toReversed()).toString("hex");
    const flipped = this.#field(value.length * 8, BigInt(`0x${hex}`));
    const text = flipped.toString(16).padStart(value.length * 2, "0");
    this.#writer.bytes(new Uint8Array(Buffer.from(text, "hex").toReversed()));
  }

  #field(bits: number, value: bigint): bigint {
    const isHit = this.#flip?.field === this.bits.length;
    this.bits.push(bits);
    if (!isHit) return value;
    const after = value ^ (this.#flip?.mask ?? 0n);
    this.change = `${value} -> ${after}`;
    return after;
  }
}
