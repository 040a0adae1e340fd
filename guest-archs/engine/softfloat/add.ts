// Addition and subtraction: IEEE 754-2019, section 5.4.1.

import { type Flags, NX } from "./flags.ts";
import { BINARY64, type Format } from "./format.ts";
import {
  bitsFromDouble,
  bitsFromFloat,
  doubleFromBits,
  floatFromBits,
  isWithin,
  sumError,
} from "./host-double.ts";
import { RNE } from "./rounding-mode.ts";
import { roundedSum } from "./sum.ts";
import { invalid, isNan, nanResult, signedInfinity, unpack } from "./unpack.ts";

/** a + b, rounded by `mode`; sets NV, OF, NX (a tiny sum is always exact). */
export function add(format: Format, a: bigint, b: bigint, mode: number, flags: Flags): bigint {
  if (mode === RNE) {
    const sum = format === BINARY64 ? addDoubles(a, b, flags) : addFloats(a, b, flags);
    if (sum !== undefined) return sum;
  }
  return addExact(format, a, b, mode, flags);
}

/** a - b, rounded by `mode`; flags as `add`. */
export function sub(format: Format, a: bigint, b: bigint, mode: number, flags: Flags): bigint {
  return add(format, a, b ^ format.signBit, mode, flags);
}

/** `add` by integer arithmetic alone: the definition that the quick paths must equal. */
export function addExact(format: Format, a: bigint, b: bigint, mode: number, flags: Flags): bigint {
  const x = unpack(format, a);
  const y = unpack(format, b);
  if (isNan(x) || isNan(y)) return nanResult(format, flags, x, y);
  if (x.kind === "infinite") {
    const isOpposite = y.kind === "infinite" && x.isNegative !== y.isNegative;
    return isOpposite ? invalid(format, flags) : signedInfinity(format, x.isNegative);
  }
  if (y.kind === "infinite") return signedInfinity(format, y.isNegative);
  return roundedSum(format, x, y, mode, flags);
}

const LIMIT_64 = 2 ** 1022;
const LIMIT_32 = 2 ** 127;

/** To nearest even, or undefined for operands that are not finite or near overflow. */
function addDoubles(a: bigint, b: bigint, flags: Flags): bigint | undefined {
  const x = doubleFromBits(a);
  const y = doubleFromBits(b);
  if (!isWithin(x, 0, LIMIT_64) || !isWithin(y, 0, LIMIT_64)) return undefined;
  const sum = x + y;
  if (sumError(x, y, sum) !== 0) flags.bits |= NX;
  return bitsFromDouble(sum);
}

/** As `addDoubles`. Rounding to 53 bits and then to 24 is innocuous: 53 >= 2 * 24 + 2 (Figueroa 1995). */
function addFloats(a: bigint, b: bigint, flags: Flags): bigint | undefined {
  const x = floatFromBits(a);
  const y = floatFromBits(b);
  const sum = x + y;
  const rounded = Math.fround(sum);
  if (!isWithin(rounded, 0, LIMIT_32)) return undefined;
  if (rounded !== sum || sumError(x, y, sum) !== 0) flags.bits |= NX;
  return bitsFromFloat(rounded);
}
