// Multiplication: IEEE 754-2019, section 5.4.1.

import { type Flags, NX } from "./flags.ts";
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

/** a * b, rounded by `mode`; sets NV, OF, UF, NX. */
export function mul(format: Format, a: bigint, b: bigint, mode: number, flags: Flags): bigint {
  if (mode === RNE) {
    const product =
      format === BINARY64 ? multiplyDoubles(a, b, flags) : multiplyFloats(a, b, flags);
    if (product !== undefined) return product;
  }
  return mulExact(format, a, b, mode, flags);
}

/** `mul` by integer arithmetic alone: the definition that the quick paths must equal. */
export function mulExact(format: Format, a: bigint, b: bigint, mode: number, flags: Flags): bigint {
  const x = unpack(format, a);
  const y = unpack(format, b);
  if (isNan(x) || isNan(y)) return nanResult(format, flags, x, y);
  const isNegative = x.isNegative !== y.isNegative;
  if (x.kind === "infinite" || y.kind === "infinite") {
    const isInvalid = x.kind === "zero" || y.kind === "zero";
    return isInvalid ? invalid(format, flags) : signedInfinity(format, isNegative);
  }
  if (x.kind === "zero" || y.kind === "zero") return signedZero(format, isNegative);
  const exponent = x.exponent + y.exponent;
  return roundAndPack(format, isNegative, exponent, x.significand * y.significand, mode, flags);
}

/** To nearest even, or undefined for operands and products outside the middle range of exponents. */
function multiplyDoubles(a: bigint, b: bigint, flags: Flags): bigint | undefined {
  const x = doubleFromBits(a);
  const y = doubleFromBits(b);
  const product = x * y;
  if (!isWithin(product, 2 ** -960, 2 ** 1020)) return undefined;
  if (!isWithin(x, 0, 2 ** 990) || !isWithin(y, 0, 2 ** 990)) return undefined;
  if (productError(x, y, product) !== 0) flags.bits |= NX;
  return bitsFromDouble(product);
}

/** As `multiplyDoubles`; the product of two binary32 numbers is exact as a double. */
function multiplyFloats(a: bigint, b: bigint, flags: Flags): bigint | undefined {
  const product = floatFromBits(a) * floatFromBits(b);
  const rounded = Math.fround(product);
  if (!isWithin(rounded, 2 ** -125, 2 ** 127)) return undefined;
  if (rounded !== product) flags.bits |= NX;
  return bitsFromFloat(rounded);
}
