// Multiplication against the exact product, the integer path and the host's doubles.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bitsFromDouble,
  doubleFromBits,
} from "../../../../guest-archs/engine/softfloat/host-double.ts";
import { BINARY64, NV, NX, RNE, RUP, UF } from "../../../../guest-archs/engine/softfloat/index.ts";
import { mul, mulExact } from "../../../../guest-archs/engine/softfloat/multiply.ts";
import { expectCorrectlyRounded, scaledValue, UNIT_SHIFT } from "./correctly-rounded.ts";
import { finitePatterns, FORMATS, MODES, patterns } from "./operands.ts";

const RUNS = { numRuns: 1000, seed: 2 };

describe.each(FORMATS)("mul of %s", (_name, format) => {
  it("rounds the exact product correctly in every mode", () => {
    fc.assert(
      fc.property(finitePatterns(format), finitePatterns(format), (a, b) => {
        const exact = scaledValue(format, a) * scaledValue(format, b);
        expectCorrectlyRounded(
          format,
          (candidate) => (candidate << UNIT_SHIFT) - exact,
          (mode, flags) => mul(format, a, b, mode, flags),
        );
      }),
      RUNS,
    );
  });

  it("gives by the quick path the bits and flags of the exact path", () => {
    fc.assert(
      fc.property(patterns(format), patterns(format), (a, b) => {
        const quick = { bits: 0 };
        const exact = { bits: 0 };
        expect(mul(format, a, b, RNE, quick)).toBe(mulExact(format, a, b, RNE, exact));
        expect(quick).toEqual(exact);
      }),
      RUNS,
    );
  });

  it("treats infinities, zeros and NaNs as the standard says in every mode", () => {
    const { infinity, signBit, canonicalNan } = format;
    for (const mode of MODES) {
      const flags = { bits: 0 };
      expect(mul(format, infinity, signBit | 1n, mode, flags)).toBe(infinity | signBit);
      expect(mul(format, signBit, 1n, mode, flags)).toBe(signBit);
      expect(mul(format, signBit, signBit | 1n, mode, flags)).toBe(0n);
      expect(mul(format, canonicalNan, 0n, mode, flags)).toBe(canonicalNan);
      expect(flags.bits).toBe(0);
      expect(mul(format, signBit, infinity, mode, flags)).toBe(canonicalNan);
      expect(flags.bits).toBe(NV);
    }
  });

  it("underflows where the rounded result is tiny, not where the exact one is", () => {
    const one = (format.infinity >> 1n) & ~(format.hiddenBit - 1n);
    const smallestNormal = format.hiddenBit;
    const below = (ulps: bigint): bigint => one - ulps;
    const flagsOf = (factor: bigint, mode: number): number => {
      const flags = { bits: 0 };
      expect(mul(format, smallestNormal, factor, mode, flags)).toBe(smallestNormal);
      return flags.bits;
    };
    // One ulp below 1 the exact product has full precision, so unbounded rounding leaves it tiny.
    expect(flagsOf(below(1n), RNE)).toBe(NX | UF);
    expect(flagsOf(below(1n), RUP)).toBe(NX | UF);
    // (1 + ulp) * (1 - ulp) times the smallest normal: below it, but rounded up to it even at full precision.
    const flags = { bits: 0 };
    expect(mul(format, smallestNormal + 1n, below(2n), RUP, flags)).toBe(smallestNormal);
    expect(flags.bits).toBe(NX);
  });

  it("keeps an exact subnormal product silent", () => {
    const half = ((format.infinity >> 1n) & ~(format.hiddenBit - 1n)) - format.hiddenBit;
    for (const mode of MODES) {
      const flags = { bits: 0 };
      expect(mul(format, format.hiddenBit, half, mode, flags)).toBe(format.hiddenBit >> 1n);
      expect(flags.bits).toBe(0);
    }
  });
});

describe("mulExact", () => {
  it("agrees with the host's doubles", () => {
    fc.assert(
      fc.property(finitePatterns(BINARY64), finitePatterns(BINARY64), (a, b) => {
        const product = bitsFromDouble(doubleFromBits(a) * doubleFromBits(b));
        expect(mulExact(BINARY64, a, b, RNE, { bits: 0 })).toBe(product);
      }),
      RUNS,
    );
  });
});
