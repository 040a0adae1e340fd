// Comparisons (IEEE 754-2019, section 5.11) and minimumNumber/maximumNumber (section 9.6, as in RISC-V F 2.2).

import { type Flags, NV } from "./flags.ts";
import type { Format } from "./format.ts";
import { isNan, nanResult, unpack } from "./unpack.ts";

/** a = b, quiet: only a signaling NaN sets NV. False for NaNs; the zeros are equal. */
export function eq(format: Format, a: bigint, b: bigint, flags: Flags): boolean {
  if (isUnordered(format, a, b, false, flags)) return false;
  return orderKey(format, a) === orderKey(format, b);
}

/** a < b, signaling: any NaN sets NV and gives false. */
export function lt(format: Format, a: bigint, b: bigint, flags: Flags): boolean {
  if (isUnordered(format, a, b, true, flags)) return false;
  return orderKey(format, a) < orderKey(format, b);
}

/** a <= b, signaling: any NaN sets NV and gives false. */
export function le(format: Format, a: bigint, b: bigint, flags: Flags): boolean {
  if (isUnordered(format, a, b, true, flags)) return false;
  return orderKey(format, a) <= orderKey(format, b);
}

/** The smaller number; -0 is below +0; a NaN loses against a number; a signaling NaN sets NV. */
export function min(format: Format, a: bigint, b: bigint, flags: Flags): bigint {
  return extremum(format, a, b, true, flags);
}

/** The larger number; otherwise as `min`. */
export function max(format: Format, a: bigint, b: bigint, flags: Flags): bigint {
  return extremum(format, a, b, false, flags);
}

function extremum(format: Format, a: bigint, b: bigint, isMinimum: boolean, flags: Flags): bigint {
  const x = unpack(format, a);
  const y = unpack(format, b);
  const rawA = BigInt.asUintN(format.width, a);
  const rawB = BigInt.asUintN(format.width, b);
  if (isNan(x) || isNan(y)) {
    const nan = nanResult(format, flags, x, y);
    if (!isNan(x)) return rawA;
    return isNan(y) ? nan : rawB;
  }
  const keyA = orderKey(format, rawA);
  const keyB = orderKey(format, rawB);
  // Numbers that compare equal differ at most in the sign of zero.
  const isALess = keyA === keyB ? x.isNegative : keyA < keyB;
  return isALess === isMinimum ? rawA : rawB;
}

/** Whether an operand is a NaN; sets NV for a signaling one, or for any if the comparison is signaling. */
function isUnordered(
  format: Format,
  a: bigint,
  b: bigint,
  isSignaling: boolean,
  flags: Flags,
): boolean {
  const x = unpack(format, a);
  const y = unpack(format, b);
  if (!isNan(x) && !isNan(y)) return false;
  nanResult(format, flags, x, y);
  if (isSignaling) flags.bits |= NV;
  return true;
}

/** An integer that orders as the numbers do; 0 for both zeros. */
function orderKey(format: Format, bits: bigint): bigint {
  const magnitude = BigInt.asUintN(format.width - 1, bits);
  return (bits & format.signBit) === 0n ? magnitude : -magnitude;
}
