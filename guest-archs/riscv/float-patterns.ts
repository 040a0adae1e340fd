// Bit patterns of floating-point numbers in the builder: boxes, classes and ranges.
import { BINARY32, BINARY64, type Format } from "../engine/softfloat/index.ts";
import type { Float, FloatWidth, Held, I32, I64 } from "../engine/semantics.ts";
import type { Rv } from "./row.ts";

/** The upper half of a register that holds a single. */
export const BOX: bigint = -(2n ** 32n);

export function formatOf(width: FloatWidth): Format {
  return width === 32 ? BINARY32 : BINARY64;
}

/** What a register holds after a number was written to it. */
export function boxed(x: Rv, width: FloatWidth, number: Float): I64 {
  const pattern = x.fromFloat(width, number);
  return width === 32 ? x.or(pattern, x.i64(BOX)) : pattern;
}

/** A source as a pattern of the width: a single that is not NaN-boxed counts as the canonical NaN. */
export function unboxed(x: Rv, width: FloatWidth, register: I64): Held<I64> {
  const held = x.hold(register);
  if (width === 64) return held;
  const isBoxed = (): I32 => x.geU(held.get(), x.i64(BOX));
  return x.hold(x.select(held.get(), x.i64(BINARY32.canonicalNan), isBoxed()));
}

/** The condition, and all these registers are NaN-boxed where that matters. */
export function areBoxed(
  x: Rv,
  width: FloatWidth,
  registers: readonly (() => I64)[],
  condition: I32,
): I32 {
  if (width === 64) return condition;
  const [first, ...rest] = registers;
  if (first === undefined) return condition;
  let all = first();
  for (const register of rest) all = x.and(all, register());
  return x.and32(condition, x.geU(all, x.i64(BOX)));
}

/** A pattern without its sign, at the upper end of the word. */
export function magnitude(x: Rv, width: FloatWidth, pattern: I64): I64 {
  return x.shl(pattern, x.i64(BigInt(65 - width)));
}

/** A pattern of the format as `magnitude` gives it. */
export function alignedMagnitude(width: FloatWidth, pattern: bigint): bigint {
  return BigInt.asUintN(64, pattern << BigInt(65 - width));
}

/** The pattern of 2^exponent as `magnitude` gives it: exponents from the least normal one to bias + 1. */
function alignedPower(width: FloatWidth, exponent: number): bigint {
  const { maxBiasedExponent, hiddenBit } = formatOf(width);
  const bias = (maxBiasedExponent - 1) / 2;
  return alignedMagnitude(width, BigInt(exponent + bias) * hiddenBit);
}

/** Whether a magnitude lies in [2^low, 2^high): false for zero and NaNs. */
export function isWithin(
  x: Rv,
  width: FloatWidth,
  held: Held<I64>,
  low: number,
  high: number,
): I32 {
  const least = alignedPower(width, low);
  const range = BigInt.asUintN(64, alignedPower(width, high) - least);
  return x.ltU(x.sub(held.get(), x.i64(least)), x.i64(range));
}

/** Whether a magnitude is at least 2^low, infinity, or a NaN. */
export function isAtLeast(x: Rv, width: FloatWidth, value: I64, low: number): I32 {
  return x.geU(value, x.i64(alignedPower(width, low)));
}

/** Whether a magnitude is less than 2^high. */
export function isBelow(x: Rv, width: FloatWidth, value: I64, high: number): I32 {
  return x.ltU(value, x.i64(alignedPower(width, high)));
}

/** Normal, and not so small that it may have been less before rounding. */
export function isOrdinary(x: Rv, width: FloatWidth, held: Held<I64>): I32 {
  return width === 32 ? isWithin(x, width, held, -125, 128) : isWithin(x, width, held, -1021, 1024);
}

export function isFinite(x: Rv, width: FloatWidth, held: Held<I64>): I32 {
  return x.ltU(held.get(), x.i64(alignedMagnitude(width, formatOf(width).infinity)));
}

/** Whether a pattern is that of a signaling NaN. */
export function isSignaling(x: Rv, width: FloatWidth, pattern: I64): I32 {
  const { infinity, canonicalNan } = formatOf(width);
  const least = alignedMagnitude(width, infinity + 1n);
  const end = alignedMagnitude(width, canonicalNan);
  return x.ltU(x.sub(magnitude(x, width, pattern), x.i64(least)), x.i64(end - least));
}
