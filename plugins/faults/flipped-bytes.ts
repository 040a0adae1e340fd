// Bits flipped in bytes of a memory, which may go on from one byte to the next.
import { bitsOf, bitsText, hex, maskOf } from "./fault-bits.ts";

type Options = Readonly<Record<string, unknown>>;

const BYTE = 0xffn;

/** Bytes that the bits lie in, from the one that `bit` counts from. */
export function bytesHit(options: Options): number {
  const { bit, width } = bitsOf(options);
  return Math.ceil((bit + width) / 8);
}

export function flipped(bytes: readonly number[], options: Options): number[] {
  const mask = maskOf(options);
  return bytes.map((byte, at) => byte ^ Number((mask >> BigInt(at * 8)) & BYTE));
}

/** "bit 4: 0x13 -> 0x3", little-endian. */
export function flipText(bytes: readonly number[], options: Options): string {
  const value = (all: readonly number[]): string =>
    hex(all.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n));
  return `${bitsText(options)}: ${value(bytes)} -> ${value(flipped(bytes, options))}`;
}
