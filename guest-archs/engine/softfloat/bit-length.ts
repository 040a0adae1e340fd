// How long an integer significand is. BigInt has no such operation, so the exponent of the nearest double is read.

import { exponentOf } from "./host-double.ts";

/** Number of bits of a positive integer below 2^1000. */
export function bitLength(value: bigint): number {
  const exponent = exponentOf(Number(value));
  // The conversion rounds, and may carry into the next power of two.
  return value >> BigInt(exponent) === 0n ? exponent : exponent + 1;
}
