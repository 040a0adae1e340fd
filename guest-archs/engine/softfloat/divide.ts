// Division: IEEE 754-2019, section 5.4.1.

import { bitLength } from "./bit-length.ts";
import { DZ, type Flags, NX } from "./flags.ts";
import { BINARY64, type Format } from "./format.ts";
import {
  bitsFromDouble,
  bitsFromFloat,
  doubleFromBits,
  floatFromBits,
  isWithin,
  productError,
} from "./host-double.ts";
import { roundAndPack } from "./round-and-pack.ts";
import { RNE } from "./rounding-mode.ts";
import { invalid, isNan, nanResult, signedInfinity, signedZero, unpack } from "./unpack.ts";

/** a / b, rounded by `mode`; sets NV, DZ, OF, UF, NX. */
export function div(format: Format, a: bigint, b: bigint, mode: number, flags: Flags): bigint {
  if (mode === RNE) {
    const quotient = format === BINARY64 ? divideDoubles(a, b, flags) : divideFloats(a, b, flags);
    if (quotient !== undefined) return quotient;
  }
  return divExact(format, a, b, mode, flags);
}

/** `div` by integer arithmetic alone: the definition that the quick paths must equal. */
export function divExact(format: Format, a: bigint, b: bigint, mode: number, flags: Flags): bigint {
  const x = unpack(format, a);
  const y = unpack(format, b);
  if (isNan(x) || isNan(y)) return nanResult(format, flags, x, y);
  const isNegative = x.isNegative !== y.isNegative;
  if (x.kind === "infinite") {
    return y.kind === "infinite" ? invalid(format, flags) : signedInfinity(format, isNegative);
  }
  if (y.kind === "infinite") return signedZero(format, isNegative);
  if (y.kind === "zero") {
    if (x.kind === "zero") return invalid(format, flags);
    flags.bits |= DZ;
    return signedInfinity(format, isNegative);
  }
  if (x.kind === "zero") return signedZero(format, isNegative);

  // Enough quotient bits to round, then one more that is 1 if anything is left.
  const widening = format.precision + 2 + bitLength(y.significand) - bitLength(x.significand);
  const dividend = x.significand << BigInt(widening);
  const quotient = dividend / y.significand;
  const isExact = quotient * y.significand === dividend;
  const exponent = x.exponent - y.exponent - widening;
  return roundAndPack(
    format,
    isNegative,
    exponent,
    isExact ? quotient : quotient | 1n,
    mode,
    flags,
  );
}

/** To nearest even, or undefined for operands and quotients outside the middle range of exponents. */
function divideDoubles(a: bigint, b: bigint, flags: Flags): bigint | undefined {
  const x = doubleFromBits(a);
  const y = doubleFromBits(b);
  const quotient = x / y;
  if (!isWithin(x, 2 ** -900, 2 ** 900) || !isWithin(y, 2 ** -900, 2 ** 900)) return undefined;
  if (!isWithin(quotient, 2 ** -900, 2 ** 900)) return undefined;
  const product = quotient * y;
  // x and the product differ by an ulp or two at most, so their difference is exact.
  if (x - product !== productError(quotient, y, product)) flags.bits |= NX;
  return bitsFromDouble(quotient);
}

/** As `divideDoubles`; rounding twice is innocuous, and quotient times divisor is exact as a double. */
function divideFloats(a: bigint, b: bigint, flags: Flags): bigint | undefined {
  const x = floatFromBits(a);
  const y = floatFromBits(b);
  const rounded = Math.fround(x / y);
  if (!isWithin(rounded, 2 ** -125, 2 ** 127)) return undefined;
  if (rounded * y !== x) flags.bits |= NX;
  return bitsFromFloat(rounded);
}
