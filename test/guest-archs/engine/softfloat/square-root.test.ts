// Square roots against the exact root, the integer path and the host's doubles.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bitsFromDouble,
  doubleFromBits,
} from "../../../../guest-archs/engine/softfloat/host-double.ts";
import { BINARY64, mul, NV, NX, RNE } from "../../../../guest-archs/engine/softfloat/index.ts";
import { sqrt, sqrtExact } from "../../../../guest-archs/engine/softfloat/square-root.ts";
import { expectCorrectlyRounded, scaledValue, UNIT_SHIFT } from "./correctly-rounded.ts";
import { finitePatterns, FORMATS, MODES, patterns } from "./operands.ts";

const RUNS = { numRuns: 1000, seed: 4 };

describe.each(FORMATS)("sqrt of %s", (_name, format) => {
  const positive = finitePatterns(format).map((bits) => bits & ~format.signBit);

  it("rounds the exact root correctly in every mode", () => {
    fc.assert(
      fc.property(positive, (a) => {
        const square = scaledValue(format, a) << UNIT_SHIFT;
        expectCorrectlyRounded(
          format,
          (candidate) => candidate * candidate - square,
          (mode, flags) => sqrt(format, a, mode, flags),
        );
      }),
      RUNS,
    );
  });

  it("gives by the quick path the bits and flags of the exact path", () => {
    fc.assert(
      fc.property(patterns(format), (a) => {
        const quick = { bits: 0 };
        const exact = { bits: 0 };
        expect(sqrt(format, a, RNE, quick)).toBe(sqrtExact(format, a, RNE, exact));
        expect(quick).toEqual(exact);
      }),
      RUNS,
    );
  });

  it("finds the root of an exact square without a flag, in every mode", () => {
    let squares = 0;
    fc.assert(
      fc.property(positive, (a) => {
        const root = a & ~((1n << (format.fractionBits / 2n + 1n)) - 1n);
        const squaring = { bits: 0 };
        const square = mul(format, root, root, RNE, squaring);
        fc.pre(squaring.bits === 0);
        squares += 1;
        for (const mode of MODES) {
          const flags = { bits: 0 };
          expect(sqrt(format, square, mode, flags)).toBe(root);
          expect(flags.bits).toBe(0);
        }
      }),
      RUNS,
    );
    expect(squares).toBeGreaterThan(100);
  });

  it("treats zeros, negative numbers, infinities and NaNs as the standard says in every mode", () => {
    const { infinity, signBit, canonicalNan } = format;
    for (const mode of MODES) {
      const flags = { bits: 0 };
      expect(sqrt(format, 0n, mode, flags)).toBe(0n);
      expect(sqrt(format, signBit, mode, flags)).toBe(signBit);
      expect(sqrt(format, infinity, mode, flags)).toBe(infinity);
      expect(sqrt(format, canonicalNan | signBit, mode, flags)).toBe(canonicalNan);
      expect(flags.bits).toBe(0);
      for (const operand of [signBit | 1n, signBit | infinity, infinity + 1n]) {
        flags.bits = NX;
        expect(sqrt(format, operand, mode, flags)).toBe(canonicalNan);
        expect(flags.bits).toBe(NV | NX);
      }
    }
  });
});

describe("sqrtExact", () => {
  it("agrees with the host's doubles", () => {
    fc.assert(
      fc.property(finitePatterns(BINARY64), (bits) => {
        const a = bits & ~BINARY64.signBit;
        const root = bitsFromDouble(Math.sqrt(doubleFromBits(a)));
        expect(sqrtExact(BINARY64, a, RNE, { bits: 0 })).toBe(root);
      }),
      RUNS,
    );
  });
});
