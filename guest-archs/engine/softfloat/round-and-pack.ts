// From exact numbers to bit patterns: rounding, overflow and underflow of IEEE 754-2019, sections 4.3 and 7.4 to 7.6.
// Tininess is detected after rounding.

import { bitLength } from "./bit-length.ts";
import { type Flags, NX, OF, UF } from "./flags.ts";
import type { Format } from "./format.ts";
import { RDN, RNE, RMM, RUP, roundsAway } from "./rounding-mode.ts";

/**
 * Rounds (-1)^isNegative * significand * 2^exponent to the format.
 *
 * @param significand positive. It may stand for a number that is not an integer: the integer part with its last bit
 *   forced to 1 (a sticky bit), as long as it has at least `precision + 2` bits
 */
export function roundAndPack(
  format: Format,
  isNegative: boolean,
  exponent: number,
  significand: bigint,
  mode: number,
  flags: Flags,
): bigint {
  const length = bitLength(significand);
  const sign = isNegative ? format.signBit : 0n;
  const normalQuantum = exponent + length - format.precision;
  const isBelowNormal = normalQuantum < format.minQuantum;
  const quantum = isBelowNormal ? format.minQuantum : normalQuantum;
  const excess = quantum - exponent;

  let integer: bigint;
  if (excess <= 0) {
    integer = significand << BigInt(-excess);
  } else {
    const rounded = roundShift(significand, excess, isNegative, mode);
    integer = rounded.integer;
    if (rounded.isInexact) {
      flags.bits |= NX;
      if (
        isBelowNormal &&
        staysTiny(format, significand, length, isNegative, normalQuantum, mode)
      ) {
        flags.bits |= UF;
      }
    }
  }
  // The hidden bit, or a carry out of the significand, adds one to the exponent field.
  const magnitude = (BigInt(quantum - format.minQuantum) << format.fractionBits) + integer;
  if (magnitude < format.infinity) return sign | magnitude;
  flags.bits |= OF | NX;
  const isInfinite = mode === RNE || mode === RMM || mode === (isNegative ? RDN : RUP);
  return sign | (isInfinite ? format.infinity : format.infinity - 1n);
}

/** Whether a number below the normal range is still below it when rounded to full precision with unbounded exponents. */
function staysTiny(
  format: Format,
  significand: bigint,
  length: number,
  isNegative: boolean,
  normalQuantum: number,
  mode: number,
): boolean {
  if (normalQuantum !== format.minQuantum - 1) return true;
  const excess = length - format.precision;
  if (excess <= 0) return true;
  return roundShift(significand, excess, isNegative, mode).integer < format.hiddenBit << 1n;
}

/** Divides a positive integer by 2^shift, shift > 0, and rounds to an integer. */
export function roundShift(
  value: bigint,
  shift: number,
  isNegative: boolean,
  mode: number,
): { integer: bigint; isInexact: boolean } {
  const count = BigInt(shift);
  const truncated = value >> count;
  const remainder = value - (truncated << count);
  const isOdd = (truncated & 1n) === 1n;
  const away = roundsAway(mode, isNegative, isOdd, remainder, 1n << (count - 1n));
  return { integer: away ? truncated + 1n : truncated, isInexact: remainder !== 0n };
}
