// Seals: a sequence number and a CRC-32 over a record, so that a record that changed, or is not the one that belongs in
// its place, is noticed when it is used.
//
// CRC-32 (0x04C11DB7, as in IEEE 802.3) misses no error of up to 5 bits in records of up to 371 bytes, none of up to 3
// bits in 11 KiB, and no burst of up to 32 bits in any (Koopman, "32-Bit Cyclic Redundancy Codes for Internet
// Applications", DSN 2002, table 1); of all others one in 2^32. It guards against faults, not against forgery. zlib's
// uses the processor's carry-less multiplication: a few tenths of a microsecond for what a coordinator keeps, where
// SHA-256 takes some ten times as long.
//
// The sequence number is the CRC's initial value. The CRC is affine in it, with an invertible linear part, so the right
// bytes under another number never have the same seal.
import { crc32 } from "node:zlib";
import type { EpochRecord, Input } from "../api/epoch.ts";

export function sealOf(bytes: Uint8Array, sequence: number): number {
  return crc32(bytes, sequence >>> 0);
}

/** Seals a row of numbers. */
export function sealOfNumbers(numbers: readonly number[], sequence: number): number {
  return sealOf(new Uint8Array(Float64Array.from(numbers).buffer), sequence);
}

/** Of all inputs of an epoch, in order, and how they are cut. 0 for none. */
export function sealOfInputs(inputs: readonly Input[]): number {
  let seal = 0;
  for (const { channel, bytes } of inputs) {
    seal = crc32(channel, sealOfNumbers([channel.length, bytes.length], seal));
    seal = crc32(bytes, seal);
  }
  return seal;
}

/** @param inputs `sealOfInputs` of the record, where it is known */
export function sealOfRecord(
  record: EpochRecord,
  sequence: number,
  inputs: number = sealOfInputs(record.inputs),
): number {
  const { epoch, steps, jumpTicks } = record;
  return sealOfNumbers([epoch, steps, jumpTicks, record.inputs.length, inputs], sequence);
}
