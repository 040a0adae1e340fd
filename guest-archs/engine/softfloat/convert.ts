// Conversions between formats, and between them and integers: IEEE 754-2019, sections 5.4.1 and 5.4.2, with the
// saturating results of RISC-V F 11.7.

import { type Flags, NV, NX } from "./flags.ts";
import { BINARY32, BINARY64, type Format } from "./format.ts";
import { roundAndPack, roundShift } from "./round-and-pack.ts";
import { RNE } from "./rounding-mode.ts";
import { isNan, nanResult, signedInfinity, signedZero, unpack } from "./unpack.ts";

/** An integer type of 32 or 64 bits. */
export interface IntegerFormat {
  readonly width: number;
  readonly isSigned: boolean;
  readonly minimum: bigint;
  readonly maximum: bigint;
}

function defineInteger(width: number, isSigned: boolean): IntegerFormat {
  const magnitudes = 1n << BigInt(isSigned ? width - 1 : width);
  return Object.freeze({
    width,
    isSigned,
    minimum: isSigned ? -magnitudes : 0n,
    maximum: magnitudes - 1n,
  });
}

export const INT32: IntegerFormat = defineInteger(32, true);
export const UINT32: IntegerFormat = defineInteger(32, false);
export const INT64: IntegerFormat = defineInteger(64, true);
export const UINT64: IntegerFormat = defineInteger(64, false);

/**
 * Rounds a to an integer of the type. Out of range it gives the nearest bound, for a NaN the maximum, and sets NV (not
 * NX). The result is the number itself (negative for negative ones): sign-extend 32-bit results where the register
 * asks for it, for UINT32 too.
 */
export function toInteger(
  format: Format,
  target: IntegerFormat,
  a: bigint,
  mode: number,
  flags: Flags,
): bigint {
  const x = unpack(format, a);
  if (isNan(x)) {
    flags.bits |= NV;
    return target.maximum;
  }
  if (x.kind === "zero") return 0n;
  // Beyond 2^64 the exact value doesn't matter, and would be long.
  if (x.kind === "infinite" || x.exponent > 64) return saturate(target, x.isNegative, flags);

  let magnitude = x.significand << BigInt(Math.max(x.exponent, 0));
  let isInexact = false;
  if (x.exponent < 0) {
    ({ integer: magnitude, isInexact } = roundShift(
      x.significand,
      -x.exponent,
      x.isNegative,
      mode,
    ));
  }
  const integer = x.isNegative ? -magnitude : magnitude;
  if (integer < target.minimum || integer > target.maximum) {
    return saturate(target, x.isNegative, flags);
  }
  if (isInexact) flags.bits |= NX;
  return integer;
}

/** The integer in the low `source.width` bits of `value`, rounded to the format; sets NX. Zero gives +0. */
export function fromInteger(
  format: Format,
  source: IntegerFormat,
  value: bigint,
  mode: number,
  flags: Flags,
): bigint {
  const integer = source.isSigned
    ? BigInt.asIntN(source.width, value)
    : BigInt.asUintN(source.width, value);
  if (integer === 0n) return 0n;
  const isNegative = integer < 0n;
  return roundAndPack(format, isNegative, 0, isNegative ? -integer : integer, mode, flags);
}

/** binary64 to binary32, rounded by `mode`; sets NV for a signaling NaN, OF, UF, NX. */
export function narrow(a: bigint, mode: number, flags: Flags): bigint {
  return convertFormat(BINARY64, BINARY32, a, mode, flags);
}

/** binary32 to binary64: exact; sets NV for a signaling NaN. NaNs become canonical. */
export function widen(a: bigint, flags: Flags): bigint {
  return convertFormat(BINARY32, BINARY64, a, RNE, flags);
}

function convertFormat(
  source: Format,
  target: Format,
  a: bigint,
  mode: number,
  flags: Flags,
): bigint {
  const x = unpack(source, a);
  if (isNan(x)) return nanResult(target, flags, x);
  if (x.kind === "infinite") return signedInfinity(target, x.isNegative);
  if (x.kind === "zero") return signedZero(target, x.isNegative);
  return roundAndPack(target, x.isNegative, x.exponent, x.significand, mode, flags);
}

function saturate(target: IntegerFormat, isNegative: boolean, flags: Flags): bigint {
  flags.bits |= NV;
  return isNegative ? target.minimum : target.maximum;
}
