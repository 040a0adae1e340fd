// Fused multiply-add against the exact value and the integer path.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fma, fmaExact } from "../../../../guest-archs/engine/softfloat/fused-multiply-add.ts";
import { type Format, mul, NV, RDN, RNE } from "../../../../guest-archs/engine/softfloat/index.ts";
import { expectCorrectlyRounded, scaledValue, UNIT_SHIFT } from "./correctly-rounded.ts";
import { finitePatterns, FORMATS, MODES, patterns } from "./operands.ts";

const RUNS = { numRuns: 1000, seed: 5 };

/** Operands of which a third are an addend near minus the product, so that much or all of it cancels. */
function triples(
  format: Format,
  operand: fc.Arbitrary<bigint>,
): fc.Arbitrary<[bigint, bigint, bigint]> {
  const cancelling = fc
    .tuple(operand, operand, fc.integer({ min: -2, max: 2 }))
    .map(([a, b, offset]) => {
      const product = mul(format, a, b, RNE, { bits: 0 }) ^ format.signBit;
      const near = BigInt.asUintN(format.width, product + BigInt(offset));
      const isFinite = (near & format.infinity) !== format.infinity;
      return [a, b, isFinite ? near : b] as [bigint, bigint, bigint];
    });
  return fc.oneof(
    { weight: 2, arbitrary: fc.tuple(operand, operand, operand) },
    { weight: 1, arbitrary: cancelling },
  );
}

describe.each(FORMATS)("fma of %s", (_name, format) => {
  it("rounds the exact value correctly, once, in every mode", () => {
    fc.assert(
      fc.property(triples(format, finitePatterns(format)), ([a, b, c]) => {
        const product = scaledValue(format, a) * scaledValue(format, b);
        const exact = product + (scaledValue(format, c) << UNIT_SHIFT);
        expectCorrectlyRounded(
          format,
          (candidate) => (candidate << UNIT_SHIFT) - exact,
          (mode, flags) => fma(format, a, b, c, mode, flags),
        );
      }),
      RUNS,
    );
  });

  it("gives by the quick path the bits and flags of the exact path", () => {
    fc.assert(
      fc.property(triples(format, patterns(format)), ([a, b, c]) => {
        const quick = { bits: 0 };
        const exact = { bits: 0 };
        expect(fma(format, a, b, c, RNE, quick)).toBe(fmaExact(format, a, b, c, RNE, exact));
        expect(quick).toEqual(exact);
      }),
      { ...RUNS, numRuns: 3000 },
    );
  });

  it("is invalid for infinity times zero even with a quiet NaN as addend", () => {
    for (const mode of MODES) {
      for (const addend of [0n, format.infinity, format.canonicalNan]) {
        const flags = { bits: 0 };
        expect(fma(format, format.infinity, format.signBit, addend, mode, flags)).toBe(
          format.canonicalNan,
        );
        expect(flags.bits).toBe(NV);
      }
    }
  });

  it("treats zeros, infinities and NaNs as the standard says in every mode", () => {
    const { infinity, signBit, canonicalNan } = format;
    for (const mode of MODES) {
      const flags = { bits: 0 };
      const cancelled = mode === RDN ? signBit : 0n;
      expect(fma(format, 0n, 1n, 0n, mode, flags)).toBe(0n);
      expect(fma(format, signBit, 1n, signBit, mode, flags)).toBe(signBit);
      expect(fma(format, signBit, 1n, 0n, mode, flags)).toBe(cancelled);
      expect(fma(format, infinity, 1n, infinity, mode, flags)).toBe(infinity);
      expect(fma(format, 1n, 1n, signBit | infinity, mode, flags)).toBe(signBit | infinity);
      expect(fma(format, 1n, canonicalNan, 0n, mode, flags)).toBe(canonicalNan);
      expect(flags.bits).toBe(0);
      expect(fma(format, infinity, 1n, signBit | infinity, mode, flags)).toBe(canonicalNan);
      expect(flags.bits).toBe(NV);
      flags.bits = 0;
      expect(fma(format, 1n, 1n, infinity + 1n, mode, flags)).toBe(canonicalNan);
      expect(flags.bits).toBe(NV);
    }
  });
});
