// Fused multiply-add: IEEE 754-2019, section 5.4.1, with one rounding. RISC-V F 11.6: infinity times zero is invalid
// even where the addend is a quiet NaN.

import { type Flags, NX } from "./flags.ts";
import { BINARY64, type Format } from "./format.ts";
import {
  bitsFromDouble,
  bitsFromFloat,
  doubleFromBits,
  floatFromBits,
  isWithin,
  productError,
  roundToOdd,
  sumError,
} from "./host-double.ts";
import { RNE } from "./rounding-mode.ts";
import { roundedSum } from "./sum.ts";
import { invalid, isNan, nanResult, signedInfinity, unpack } from "./unpack.ts";

/**
 * a * b + c, rounded once by `mode`; sets NV, OF, UF, NX. The variants flip signs of operands, also those of NaNs and
 * zeros: fmsub = fma(a, b, -c), fnmsub = fma(-a, b, c), fnmadd = fma(-a, b, -c).
 */
export function fma(
  format: Format,
  a: bigint,
  b: bigint,
  c: bigint,
  mode: number,
  flags: Flags,
): bigint {
  if (mode === RNE) {
    const sum = format === BINARY64 ? fuseDoubles(a, b, c, flags) : fuseFloats(a, b, c, flags);
    if (sum !== undefined) return sum;
  }
  return fmaExact(format, a, b, c, mode, flags);
}

/** `fma` by integer arithmetic alone: the definition that the quick paths must equal. */
export function fmaExact(
  format: Format,
  a: bigint,
  b: bigint,
  c: bigint,
  mode: number,
  flags: Flags,
): bigint {
  const x = unpack(format, a);
  const y = unpack(format, b);
  const z = unpack(format, c);
  const isInfiniteTimesZero =
    (x.kind === "infinite" && y.kind === "zero") || (x.kind === "zero" && y.kind === "infinite");
  if (isInfiniteTimesZero) return invalid(format, flags);
  if (isNan(x) || isNan(y) || isNan(z)) return nanResult(format, flags, x, y, z);

  const isNegative = x.isNegative !== y.isNegative;
  if (x.kind === "infinite" || y.kind === "infinite") {
    const isOpposite = z.kind === "infinite" && z.isNegative !== isNegative;
    return isOpposite ? invalid(format, flags) : signedInfinity(format, isNegative);
  }
  if (z.kind === "infinite") return signedInfinity(format, z.isNegative);
  const product = {
    isNegative,
    exponent: x.exponent + y.exponent,
    significand: x.significand * y.significand,
  };
  return roundedSum(format, product, z, mode, flags);
}

/**
 * To nearest even, or undefined outside the middle range of exponents. The error terms of product and sum are added
 * rounding to odd, so that the last addition rounds as the exact value would (Boldo and Melquiond 2008).
 */
function fuseDoubles(a: bigint, b: bigint, c: bigint, flags: Flags): bigint | undefined {
  const x = doubleFromBits(a);
  const y = doubleFromBits(b);
  const z = doubleFromBits(c);
  if (!isWithin(x, 2 ** -400, 2 ** 400) || !isWithin(y, 2 ** -400, 2 ** 400)) return undefined;
  if (!isWithin(z, 2 ** -800, 2 ** 900)) return undefined;
  const product = x * y;
  const productLow = productError(x, y, product);
  const lowSum = z + productLow;
  const lowSumLow = sumError(z, productLow, lowSum);
  const high = product + lowSum;
  const highLow = sumError(product, lowSum, high);
  const tail = lowSumLow + highLow;
  const tailLow = sumError(lowSumLow, highLow, tail);
  const oddTail = roundToOdd(tail, tailLow);
  const sum = high + oddTail;
  if (sum === 0) return undefined;
  if (tailLow !== 0 || sumError(high, oddTail, sum) !== 0) flags.bits |= NX;
  return bitsFromDouble(sum);
}

/** As `fuseDoubles`: the product is exact as a double, and the sum rounded to odd survives the second rounding. */
function fuseFloats(a: bigint, b: bigint, c: bigint, flags: Flags): bigint | undefined {
  const product = floatFromBits(a) * floatFromBits(b);
  const z = floatFromBits(c);
  const sum = product + z;
  if (!isWithin(sum, 2 ** -125, 2 ** 127)) return undefined;
  const error = sumError(product, z, sum);
  const rounded = Math.fround(roundToOdd(sum, error));
  if (error !== 0 || rounded !== sum) flags.bits |= NX;
  return bitsFromFloat(rounded);
}
