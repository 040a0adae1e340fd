// Arbitrary bit patterns of a format, crowded where arithmetic is difficult: close exponents, sparse and nearly full
// fractions, zeros, subnormals, the largest numbers, infinities and NaNs.

import fc from "fast-check";
import {
  BINARY32,
  BINARY64,
  type Format,
  RDN,
  RMM,
  RNE,
  RTZ,
  RUP,
} from "../../../../guest-archs/engine/softfloat/index.ts";

export const FORMATS: readonly (readonly [string, Format])[] = [
  ["binary32", BINARY32],
  ["binary64", BINARY64],
];
export const MODES: readonly number[] = [RNE, RTZ, RDN, RUP, RMM];

/** One of each class but for the sign, and the ends of the ranges. */
function specialPatterns(format: Format): bigint[] {
  const positive = [
    0n,
    1n,
    format.hiddenBit - 1n,
    format.hiddenBit,
    format.infinity - 1n,
    format.infinity,
    format.infinity + 1n,
    format.canonicalNan,
    format.infinity >> 1n,
  ];
  return positive.flatMap((bits) => [bits, bits | format.signBit]);
}

export function patterns(format: Format): fc.Arbitrary<bigint> {
  const bias = (format.maxBiasedExponent - 1) / 2;
  const exponents = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: bias - 3, max: bias + 3 }) },
    { weight: 3, arbitrary: fc.integer({ min: bias - 70, max: bias + 70 }) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: format.maxBiasedExponent - 1 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 }) },
  );
  const fractions = fc.oneof(
    fc.bigInt({ min: 0n, max: format.fractionMask }),
    fc.integer({ min: 0, max: format.precision - 2 }).map((bit) => 1n << BigInt(bit)),
    fc
      .integer({ min: 0, max: format.precision - 2 })
      .map((bit) => format.fractionMask ^ (1n << BigInt(bit))),
    fc.constantFrom(0n, format.fractionMask),
  );
  const numbers = fc
    .tuple(fc.boolean(), exponents, fractions)
    .map(([isNegative, exponent, fraction]) => {
      const magnitude = (BigInt(exponent) << format.fractionBits) | fraction;
      return isNegative ? magnitude | format.signBit : magnitude;
    });
  return fc.oneof(
    { weight: 9, arbitrary: numbers },
    { weight: 1, arbitrary: fc.constantFrom(...specialPatterns(format)) },
  );
}

export function isFinitePattern(format: Format, bits: bigint): boolean {
  return (bits & format.infinity) !== format.infinity;
}

export function finitePatterns(format: Format): fc.Arbitrary<bigint> {
  return patterns(format).filter((bits) => isFinitePattern(format, bits));
}
