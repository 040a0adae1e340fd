// From bit patterns to numbers: IEEE 754-2019, section 3.4.

import { type Flags, NV } from "./flags.ts";
import type { Format } from "./format.ts";

/** A decoded operand. Of a finite one the value is (-1)^isNegative * significand * 2^exponent; else both are 0. */
export interface Unpacked {
  readonly kind: "zero" | "finite" | "infinite" | "quietNan" | "signalingNan";
  readonly isNegative: boolean;
  readonly exponent: number;
  /** Not normalised: subnormal numbers have fewer than `precision` bits. */
  readonly significand: bigint;
}

/** Decodes the low `format.width` bits of `bits`; a signed or wider value (such as an i64) is fine. */
export function unpack(format: Format, bits: bigint): Unpacked {
  const raw = BigInt.asUintN(format.width, bits);
  const isNegative = raw >= format.signBit;
  const fraction = raw & format.fractionMask;
  const biased = Number((raw & format.infinity) >> format.fractionBits);
  if (biased === format.maxBiasedExponent) {
    if (fraction === 0n) return { kind: "infinite", isNegative, exponent: 0, significand: 0n };
    const kind = fraction >= format.quietBit ? "quietNan" : "signalingNan";
    return { kind, isNegative, exponent: 0, significand: 0n };
  }
  if (biased !== 0) {
    const exponent = format.minQuantum + biased - 1;
    return { kind: "finite", isNegative, exponent, significand: fraction | format.hiddenBit };
  }
  if (fraction === 0n) return { kind: "zero", isNegative, exponent: 0, significand: 0n };
  return { kind: "finite", isNegative, exponent: format.minQuantum, significand: fraction };
}

export function isNan(operand: Unpacked): boolean {
  return operand.kind === "quietNan" || operand.kind === "signalingNan";
}

/** The result of an invalid operation: sets NV and gives the canonical NaN. */
export function invalid(format: Format, flags: Flags): bigint {
  flags.bits |= NV;
  return format.canonicalNan;
}

/** The canonical NaN for operands of which one is a NaN; a signaling one sets NV. */
export function nanResult(format: Format, flags: Flags, ...operands: readonly Unpacked[]): bigint {
  if (operands.some(({ kind }) => kind === "signalingNan")) flags.bits |= NV;
  return format.canonicalNan;
}

export function signedZero(format: Format, isNegative: boolean): bigint {
  return isNegative ? format.signBit : 0n;
}

export function signedInfinity(format: Format, isNegative: boolean): bigint {
  return isNegative ? format.signBit | format.infinity : format.infinity;
}
