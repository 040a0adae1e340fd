// The exact sum of two finite numbers, rounded once. Shared by addition and fused multiply-add.

import { bitLength } from "./bit-length.ts";
import type { Flags } from "./flags.ts";
import type { Format } from "./format.ts";
import { roundAndPack } from "./round-and-pack.ts";
import { RDN } from "./rounding-mode.ts";
import { signedZero } from "./unpack.ts";

/** The number (-1)^isNegative * significand * 2^exponent; the significand may be 0 and of any length. */
export interface Term {
  readonly isNegative: boolean;
  readonly exponent: number;
  readonly significand: bigint;
}

/** Zero that results from terms cancelling: negative when rounding down only. */
function cancelledZero(format: Format, mode: number): bigint {
  return signedZero(format, mode === RDN);
}

/** Rounds x + y. Where both are zero and of one sign the sum keeps it. */
export function roundedSum(format: Format, x: Term, y: Term, mode: number, flags: Flags): bigint {
  if (x.significand === 0n && y.significand === 0n) {
    return x.isNegative === y.isNegative
      ? signedZero(format, x.isNegative)
      : cancelledZero(format, mode);
  }
  if (y.significand === 0n) {
    return roundAndPack(format, x.isNegative, x.exponent, x.significand, mode, flags);
  }
  if (x.significand === 0n) {
    return roundAndPack(format, y.isNegative, y.exponent, y.significand, mode, flags);
  }

  const lengthX = bitLength(x.significand);
  const lengthY = bitLength(y.significand);
  const isXLarger = x.exponent + lengthX >= y.exponent + lengthY;
  const large = isXLarger ? x : y;
  const small = isXLarger ? y : x;
  const largeLength = isXLarger ? lengthX : lengthY;
  const smallTop = isXLarger ? y.exponent + lengthY : x.exponent + lengthX;

  // Widened so far, the large term keeps precision + 2 bits even if the small one borrows from it.
  const widening = Math.max(2, format.precision + 3 - largeLength);
  const unit = large.exponent - widening;
  if (smallTop <= unit) {
    // The small term is less than one unit: it only decides which side of the large term the sum is on.
    const widened = large.significand << BigInt(widening);
    const sticky = large.isNegative === small.isNegative ? widened + 1n : widened - 1n;
    return roundAndPack(format, large.isNegative, unit, sticky, mode, flags);
  }

  const exponent = Math.min(x.exponent, y.exponent);
  const sum = signedInteger(x, exponent) + signedInteger(y, exponent);
  if (sum === 0n) return cancelledZero(format, mode);
  const isNegative = sum < 0n;
  return roundAndPack(format, isNegative, exponent, isNegative ? -sum : sum, mode, flags);
}

function signedInteger(term: Term, exponent: number): bigint {
  const magnitude = term.significand << BigInt(term.exponent - exponent);
  return term.isNegative ? -magnitude : magnitude;
}
