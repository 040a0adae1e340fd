// An oracle for correct rounding that shares nothing with the implementation: values are compared as big integers in
// units of 2^-1076, so that every number of both formats, and the midpoint of every two, is an integer.

import { expect } from "vitest";
import {
  type Flags,
  type Format,
  NX,
  RDN,
  RMM,
  RNE,
  RTZ,
  RUP,
} from "../../../../guest-archs/engine/softfloat/index.ts";

export const UNIT_SHIFT = 1076n;

/** The value of a pattern in units of 2^-1076; infinities count as the power of two that they stand in for. */
export function scaledValue(format: Format, bits: bigint): bigint {
  const magnitude = bits & (format.signBit - 1n);
  const biased = magnitude >> format.fractionBits;
  const fraction = magnitude & (format.hiddenBit - 1n);
  const significand = biased === 0n ? fraction : fraction + format.hiddenBit;
  const quantum = BigInt(format.minQuantum) + (biased === 0n ? 0n : biased - 1n);
  const value = significand << (quantum + UNIT_SHIFT);
  return (bits & format.signBit) === 0n ? value : -value;
}

/**
 * Checks the results of one operation in all modes, and its inexact flag.
 *
 * @param compareWithExact sign of (candidate - exact result), the candidate in units of 2^-1076
 */
export function expectCorrectlyRounded(
  format: Format,
  compareWithExact: (candidate: bigint) => bigint,
  operation: (mode: number, flags: Flags) => bigint,
): void {
  const run = (mode: number): bigint => {
    const flags = { bits: 0 };
    const result = operation(mode, flags);
    const isExact = isFinite(result) && compareWithExact(scaledValue(format, result)) === 0n;
    expect(flags.bits & NX, `inexact in mode ${mode}`).toBe(isExact ? 0 : NX);
    const toZero = compareWithExact(0n);
    if (toZero !== 0n) {
      expect((result & format.signBit) !== 0n, `sign in mode ${mode}`).toBe(toZero > 0n);
    }
    return result;
  };
  const isFinite = (bits: bigint): boolean => (bits & format.infinity) !== format.infinity;
  const down = run(RDN);
  const up = run(RUP);
  const low = scaledValue(format, down);
  const high = scaledValue(format, up);
  if (isFinite(down)) expect(compareWithExact(low) <= 0n, "rounding down goes down").toBe(true);
  if (isFinite(up)) expect(compareWithExact(high) >= 0n, "rounding up goes up").toBe(true);
  expect(orderKey(format, up) - orderKey(format, down), "neighbours").toBe(low === high ? 0n : 1n);

  const isNegative = compareWithExact(0n) > 0n;
  const isLowEven = (down & 1n) === 0n;
  const beyondMiddle = -compareWithExact((low + high) / 2n);
  const nearest = (tie: bigint): bigint =>
    beyondMiddle === 0n ? tie : beyondMiddle > 0n ? high : low;
  expect(scaledValue(format, run(RTZ)), "towards zero").toBe(isNegative ? high : low);
  expect(scaledValue(format, run(RNE)), "to nearest even").toBe(nearest(isLowEven ? low : high));
  expect(scaledValue(format, run(RMM)), "to nearest away").toBe(nearest(isNegative ? low : high));
}

function orderKey(format: Format, bits: bigint): bigint {
  const magnitude = bits & (format.signBit - 1n);
  return (bits & format.signBit) === 0n ? magnitude : -magnitude;
}
