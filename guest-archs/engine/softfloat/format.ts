// The binary interchange formats of IEEE 754-2019, table 3.5, and the bit patterns that follow from them.

/** One binary interchange format. A number is (-1)^sign * significand * 2^exponent with an integer significand. */
export interface Format {
  /** Width of the encoding in bits. */
  readonly width: number;
  /** Bits of significand, the hidden one included (p in the standard). */
  readonly precision: number;
  /** Largest biased exponent field, the one of infinities and NaNs. */
  readonly maxBiasedExponent: number;
  /** Weight of the last place of subnormal numbers: the smallest positive number is 2^minQuantum. */
  readonly minQuantum: number;
  /** Shift that brings the exponent field to bit 0 (precision - 1). */
  readonly fractionBits: bigint;
  readonly fractionMask: bigint;
  readonly hiddenBit: bigint;
  /** First bit of the fraction: set in quiet NaNs. */
  readonly quietBit: bigint;
  readonly signBit: bigint;
  /** Positive infinity; also the mask of the exponent field. */
  readonly infinity: bigint;
  /** The canonical NaN, the only NaN that arithmetic produces. */
  readonly canonicalNan: bigint;
}

function defineFormat(width: number, precision: number): Format {
  const exponentBits = width - precision;
  const fractionBits = BigInt(precision - 1);
  const hiddenBit = 1n << fractionBits;
  const quietBit = hiddenBit >> 1n;
  const signBit = 1n << BigInt(width - 1);
  const infinity = signBit - hiddenBit;
  const bias = 2 ** (exponentBits - 1) - 1;
  return Object.freeze({
    width,
    precision,
    maxBiasedExponent: 2 ** exponentBits - 1,
    minQuantum: 2 - bias - precision,
    fractionBits,
    fractionMask: hiddenBit - 1n,
    hiddenBit,
    quietBit,
    signBit,
    infinity,
    canonicalNan: infinity | quietBit,
  });
}

export const BINARY32: Format = defineFormat(32, 24);
export const BINARY64: Format = defineFormat(64, 53);
