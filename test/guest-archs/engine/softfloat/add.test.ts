// Addition and subtraction against the exact sum, the integer path and the host's doubles.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, addExact, sub } from "../../../../guest-archs/engine/softfloat/add.ts";
import {
  bitsFromDouble,
  doubleFromBits,
} from "../../../../guest-archs/engine/softfloat/host-double.ts";
import {
  BINARY32,
  BINARY64,
  NV,
  NX,
  OF,
  RDN,
  RNE,
  RTZ,
} from "../../../../guest-archs/engine/softfloat/index.ts";
import { expectCorrectlyRounded, scaledValue } from "./correctly-rounded.ts";
import { finitePatterns, FORMATS, MODES, patterns } from "./operands.ts";

const RUNS = { numRuns: 1000, seed: 1 };

describe.each(FORMATS)("add of %s", (_name, format) => {
  it("rounds the exact sum correctly in every mode", () => {
    fc.assert(
      fc.property(finitePatterns(format), finitePatterns(format), (a, b) => {
        const exact = scaledValue(format, a) + scaledValue(format, b);
        expectCorrectlyRounded(
          format,
          (candidate) => candidate - exact,
          (mode, flags) => add(format, a, b, mode, flags),
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
        expect(add(format, a, b, RNE, quick)).toBe(addExact(format, a, b, RNE, exact));
        expect(quick).toEqual(exact);
      }),
      RUNS,
    );
  });

  it("subtracts by adding the negated operand", () => {
    fc.assert(
      fc.property(patterns(format), patterns(format), fc.constantFrom(...MODES), (a, b, mode) => {
        const flags = { bits: 0 };
        const sumFlags = { bits: 0 };
        expect(sub(format, a, b, mode, flags)).toBe(
          add(format, a, b ^ format.signBit, mode, sumFlags),
        );
        expect(flags).toEqual(sumFlags);
      }),
      RUNS,
    );
  });

  it("gives zeros the sign of both operands, or else minus only when rounding down", () => {
    const minusZero = format.signBit;
    const oneAndAHalf = format.infinity >> 1n;
    for (const mode of MODES) {
      const flags = { bits: 0 };
      const cancelled = mode === RDN ? minusZero : 0n;
      expect(add(format, 0n, 0n, mode, flags)).toBe(0n);
      expect(add(format, minusZero, minusZero, mode, flags)).toBe(minusZero);
      expect(add(format, 0n, minusZero, mode, flags)).toBe(cancelled);
      expect(sub(format, oneAndAHalf, oneAndAHalf, mode, flags)).toBe(cancelled);
      expect(flags.bits).toBe(0);
    }
  });

  it("treats infinities and NaNs as the standard says in every mode", () => {
    const { infinity, signBit, canonicalNan } = format;
    const signaling = infinity + 1n;
    for (const mode of MODES) {
      const flags = { bits: 0 };
      expect(add(format, infinity, signBit | 1n, mode, flags)).toBe(infinity);
      expect(add(format, 1n, signBit | infinity, mode, flags)).toBe(signBit | infinity);
      expect(add(format, infinity, infinity, mode, flags)).toBe(infinity);
      expect(add(format, canonicalNan | signBit | 5n, 0n, mode, flags)).toBe(canonicalNan);
      expect(flags.bits).toBe(0);
      expect(sub(format, infinity, infinity, mode, flags)).toBe(canonicalNan);
      expect(flags.bits).toBe(NV);
      flags.bits = 0;
      expect(add(format, canonicalNan, signaling, mode, flags)).toBe(canonicalNan);
      expect(flags.bits).toBe(NV);
    }
  });

  it("overflows to infinity or to the largest number, as the mode asks", () => {
    const largest = format.infinity - 1n;
    const results = MODES.map((mode) => {
      const flags = { bits: 0 };
      const sums = [
        add(format, largest, largest, mode, flags),
        sub(format, largest | format.signBit, largest, mode, flags),
      ];
      expect(flags.bits).toBe(OF | NX);
      return sums.map((sum) => (sum & ~format.signBit) === format.infinity);
    });
    expect(results).toEqual([
      [true, true],
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ]);
  });
});

describe("addition at the interface to 64-bit integers", () => {
  it("takes signed operands and ignores bits above the format", () => {
    const flags = { bits: 0 };
    const minusOne = bitsFromDouble(-1);
    const signed = BigInt.asIntN(64, minusOne);
    for (const mode of [RNE, RTZ]) {
      expect(add(BINARY64, signed, signed, mode, flags)).toBe(bitsFromDouble(-2));
      expect(add(BINARY32, -1n << 32n, 0x12345678_3f800000n, mode, flags)).toBe(0x3f800000n);
    }
    expect(flags.bits).toBe(0);
  });

  it("agrees with the host's doubles", () => {
    fc.assert(
      fc.property(finitePatterns(BINARY64), finitePatterns(BINARY64), (a, b) => {
        const sum = bitsFromDouble(doubleFromBits(a) + doubleFromBits(b));
        expect(addExact(BINARY64, a, b, RNE, { bits: 0 })).toBe(sum);
      }),
      RUNS,
    );
  });
});
