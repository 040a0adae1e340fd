// Square root: IEEE 754-2019, section 5.4.1.

import { bitLength } from "./bit-length.ts";
import { type Flags, NX } from "./flags.ts";
import { BINARY64, type Format } from "./format.ts";
import {
  bitsFromDouble,
  bitsFromFloat,
  doubleFromBits,
  floatFromBits,
  productError,
} from "./host-double.ts";
import { roundAndPack } from "./round-and-pack.ts";
import { RNE } from "./rounding-mode.ts";
import { invalid, isNan, nanResult, signedInfinity, signedZero, unpack } from "./unpack.ts";

/** The square root of a, rounded by `mode`; sets NV, NX. The root of -0 is -0. */
export function sqrt(format: Format, a: bigint, mode: number, flags: Flags): bigint {
  if (mode === RNE) {
    const root = format === BINARY64 ? rootOfDouble(a, flags) : rootOfFloat(a, flags);
    if (root !== undefined) return root;
  }
  return sqrtExact(format, a, mode, flags);
}

/** `sqrt` by integer arithmetic alone: the definition that the quick paths must equal. */
export function sqrtExact(format: Format, a: bigint, mode: number, flags: Flags): bigint {
  const x = unpack(format, a);
  if (isNan(x)) return nanResult(format, flags, x);
  if (x.kind === "zero") return signedZero(format, x.isNegative);
  if (x.isNegative) return invalid(format, flags);
  if (x.kind === "infinite") return signedInfinity(format, false);

  // Widened to twice the bits that rounding needs, and to an even exponent.
  const least = 2 * (format.precision + 2) - bitLength(x.significand);
  const widening = (x.exponent - least) % 2 === 0 ? least : least + 1;
  const radicand = x.significand << BigInt(widening);
  const root = integerRoot(radicand);
  const sticky = root * root === radicand ? root : root | 1n;
  return roundAndPack(format, false, (x.exponent - widening) / 2, sticky, mode, flags);
}

/** floor(sqrt(value)) of a positive integer below 2^128: the host's root, one Newton step, and a correction. */
function integerRoot(value: bigint): bigint {
  const estimate = BigInt(Math.floor(Math.sqrt(Number(value))));
  let root = (estimate + value / estimate) >> 1n;
  while (root * root > value) root -= 1n;
  while ((root + 1n) * (root + 1n) <= value) root += 1n;
  return root;
}

/** To nearest even, or undefined for operands that are not positive or outside the middle range of exponents. */
function rootOfDouble(a: bigint, flags: Flags): bigint | undefined {
  const x = doubleFromBits(a);
  if (!(x >= 2 ** -900 && x < 2 ** 900)) return undefined;
  const root = Math.sqrt(x);
  const square = root * root;
  if (square !== x || productError(root, root, square) !== 0) flags.bits |= NX;
  return bitsFromDouble(root);
}

/** As `rootOfDouble`; rounding twice is innocuous, and the square of the result is exact as a double. */
function rootOfFloat(a: bigint, flags: Flags): bigint | undefined {
  const x = floatFromBits(a);
  if (!(x > 0 && x < Infinity)) return undefined;
  const root = Math.fround(Math.sqrt(x));
  if (root * root !== x) flags.bits |= NX;
  return bitsFromFloat(root);
}
