// Division against the exact quotient, the integer path and the host's doubles.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { div, divExact } from "../../../../guest-archs/engine/softfloat/divide.ts";
import {
  bitsFromDouble,
  doubleFromBits,
} from "../../../../guest-archs/engine/softfloat/host-double.ts";
import { BINARY64, DZ, NV, RNE } from "../../../../guest-archs/engine/softfloat/index.ts";
import { expectCorrectlyRounded, scaledValue, UNIT_SHIFT } from "./correctly-rounded.ts";
import { finitePatterns, FORMATS, MODES, patterns } from "./operands.ts";

const RUNS = { numRuns: 1000, seed: 3 };

describe.each(FORMATS)("div of %s", (_name, format) => {
  const nonZero = finitePatterns(format).filter((bits) => (bits & ~format.signBit) !== 0n);

  it("rounds the exact quotient correctly in every mode", () => {
    fc.assert(
      fc.property(finitePatterns(format), nonZero, (a, b) => {
        const dividend = scaledValue(format, a) << UNIT_SHIFT;
        const divisor = scaledValue(format, b);
        expectCorrectlyRounded(
          format,
          (candidate) =>
            divisor > 0n ? candidate * divisor - dividend : dividend - candidate * divisor,
          (mode, flags) => div(format, a, b, mode, flags),
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
        expect(div(format, a, b, RNE, quick)).toBe(divExact(format, a, b, RNE, exact));
        expect(quick).toEqual(exact);
      }),
      RUNS,
    );
  });

  it("finds exact quotients exact", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 2000 }), (x, y) => {
        const narrow = (value: number): bigint => {
          const double = bitsFromDouble(value);
          if (format === BINARY64) return double;
          return BigInt(new Uint32Array(new Float32Array([value]).buffer)[0]!);
        };
        const flags = { bits: 0 };
        expect(div(format, narrow(x * y), narrow(y), RNE, flags)).toBe(narrow(x));
        expect(flags.bits).toBe(0);
      }),
      RUNS,
    );
  });

  it("treats infinities, zeros and NaNs as the standard says in every mode", () => {
    const { infinity, signBit, canonicalNan } = format;
    for (const mode of MODES) {
      const flags = { bits: 0 };
      expect(div(format, infinity, signBit | 1n, mode, flags)).toBe(infinity | signBit);
      expect(div(format, infinity, signBit, mode, flags)).toBe(infinity | signBit);
      expect(div(format, 1n, signBit | infinity, mode, flags)).toBe(signBit);
      expect(div(format, 0n, 1n, mode, flags)).toBe(0n);
      expect(div(format, canonicalNan, 0n, mode, flags)).toBe(canonicalNan);
      expect(flags.bits).toBe(0);
      expect(div(format, signBit | 1n, 0n, mode, flags)).toBe(signBit | infinity);
      expect(flags.bits).toBe(DZ);
      flags.bits = 0;
      expect(div(format, 0n, signBit, mode, flags)).toBe(canonicalNan);
      expect(div(format, infinity, infinity, mode, flags)).toBe(canonicalNan);
      expect(flags.bits).toBe(NV);
    }
  });
});

describe("divExact", () => {
  it("agrees with the host's doubles", () => {
    fc.assert(
      fc.property(finitePatterns(BINARY64), finitePatterns(BINARY64), (a, b) => {
        const quotient = doubleFromBits(a) / doubleFromBits(b);
        fc.pre(!Number.isNaN(quotient));
        expect(divExact(BINARY64, a, b, RNE, { bits: 0 })).toBe(bitsFromDouble(quotient));
      }),
      RUNS,
    );
  });
});
