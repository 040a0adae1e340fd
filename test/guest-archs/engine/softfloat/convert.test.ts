// Conversions against exact values, their bounds, and round trips.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fromInteger,
  INT32,
  INT64,
  type IntegerFormat,
  narrow,
  toInteger,
  UINT32,
  UINT64,
  widen,
} from "../../../../guest-archs/engine/softfloat/convert.ts";
import {
  bitsFromDouble,
  doubleFromBits,
  floatFromBits,
} from "../../../../guest-archs/engine/softfloat/host-double.ts";
import {
  BINARY32,
  BINARY64,
  NV,
  NX,
  OF,
  RDN,
  RMM,
  RNE,
  RTZ,
  RUP,
  UF,
} from "../../../../guest-archs/engine/softfloat/index.ts";
import { expectCorrectlyRounded, scaledValue, UNIT_SHIFT } from "./correctly-rounded.ts";
import { finitePatterns, FORMATS, isFinitePattern, MODES, patterns } from "./operands.ts";

const RUNS = { numRuns: 1000, seed: 7 };
const INTEGERS: readonly (readonly [string, IntegerFormat])[] = [
  ["int32", INT32],
  ["uint32", UINT32],
  ["int64", INT64],
  ["uint64", UINT64],
];

/** Rounds value / 2^UNIT_SHIFT to an integer, by the definitions of the modes. */
function roundScaled(value: bigint, mode: number): bigint {
  const unit = 1n << UNIT_SHIFT;
  const remainder = ((value % unit) + unit) % unit;
  const floor = (value - remainder) / unit;
  if (remainder === 0n) return floor;
  const ceiling = floor + 1n;
  const outward = value < 0n ? floor : ceiling;
  const even = floor % 2n === 0n ? floor : ceiling;
  const nearest = remainder * 2n > unit ? ceiling : floor;
  const isTie = remainder * 2n === unit;
  const byMode = new Map([
    [RNE, isTie ? even : nearest],
    [RTZ, value < 0n ? ceiling : floor],
    [RDN, floor],
    [RUP, ceiling],
    [RMM, isTie ? outward : nearest],
  ]);
  return byMode.get(mode)!;
}

describe.each(FORMATS)("toInteger of %s", (_name, format) => {
  describe.each(INTEGERS)("to %s", (_target, target) => {
    it("rounds in every mode, and saturates with invalid alone", () => {
      fc.assert(
        fc.property(patterns(format), fc.constantFrom(...MODES), (a, mode) => {
          fc.pre(isFinitePattern(format, a));
          const value = scaledValue(format, a);
          const rounded = roundScaled(value, mode);
          const flags = { bits: 0 };
          const result = toInteger(format, target, a, mode, flags);
          const isBelow = rounded < target.minimum;
          const isAbove = rounded > target.maximum;
          const isExact = rounded << UNIT_SHIFT === value;
          const bounded = isBelow ? target.minimum : isAbove ? target.maximum : rounded;
          const raised = isBelow || isAbove ? NV : isExact ? 0 : NX;
          expect([result, flags.bits]).toEqual([bounded, raised]);
        }),
        RUNS,
      );
    });

    it("gives the bounds for infinities and the maximum for NaNs", () => {
      for (const mode of MODES) {
        for (const [bits, bound] of [
          [format.infinity, target.maximum],
          [format.infinity | format.signBit, target.minimum],
          [format.canonicalNan, target.maximum],
          [format.canonicalNan | format.signBit, target.maximum],
          [format.infinity + 1n, target.maximum],
        ] as const) {
          const flags = { bits: 0 };
          expect(toInteger(format, target, bits, mode, flags)).toBe(bound);
          expect(flags.bits).toBe(NV);
        }
      }
    });
  });
});

describe("toInteger at the bounds", () => {
  const convert = (target: IntegerFormat, value: number, mode: number): [bigint, number] => {
    const flags = { bits: 0 };
    return [toInteger(BINARY64, target, bitsFromDouble(value), mode, flags), flags.bits];
  };

  it("lets a fraction beyond a bound be rounded into range", () => {
    expect(convert(INT32, 2147483647.5, RTZ)).toEqual([2147483647n, NX]);
    expect(convert(INT32, 2147483647.5, RNE)).toEqual([2147483647n, NV]);
    expect(convert(INT32, -2147483648.5, RNE)).toEqual([-2147483648n, NX]);
    expect(convert(INT32, -2147483648.5, RMM)).toEqual([-2147483648n, NV]);
    expect(convert(UINT32, 4294967295.75, RDN)).toEqual([4294967295n, NX]);
    expect(convert(UINT32, -0.5, RNE)).toEqual([0n, NX]);
    expect(convert(UINT32, -0.5, RDN)).toEqual([0n, NV]);
    expect(convert(UINT64, -0.75, RTZ)).toEqual([0n, NX]);
    expect(convert(UINT64, -1, RTZ)).toEqual([0n, NV]);
    expect(convert(UINT64, -0, RDN)).toEqual([0n, 0]);
  });

  it("takes powers of two at the bounds", () => {
    expect(convert(INT64, -(2 ** 63), RNE)).toEqual([-(2n ** 63n), 0]);
    expect(convert(INT64, 2 ** 63, RNE)).toEqual([2n ** 63n - 1n, NV]);
    expect(convert(UINT64, 2 ** 63, RNE)).toEqual([2n ** 63n, 0]);
    expect(convert(UINT64, 2 ** 64, RNE)).toEqual([2n ** 64n - 1n, NV]);
    expect(convert(UINT64, 1e300, RNE)).toEqual([2n ** 64n - 1n, NV]);
  });
});

describe.each(FORMATS)("fromInteger to %s", (_name, format) => {
  it.each(INTEGERS)("rounds every %s correctly in every mode", (_source, source) => {
    const integers = fc.oneof(
      fc.bigInt({ min: source.minimum, max: source.maximum }),
      fc
        .tuple(fc.integer({ min: 0, max: source.width - 1 }), fc.bigInt({ min: -9n, max: 9n }))
        .map(([bit, offset]) => (1n << BigInt(bit)) + offset),
    );
    fc.assert(
      fc.property(integers, (wide) => {
        const value = source.isSigned
          ? BigInt.asIntN(source.width, wide)
          : BigInt.asUintN(source.width, wide);
        const raw = BigInt.asIntN(64, value);
        expectCorrectlyRounded(
          format,
          (candidate) => candidate - (value << UNIT_SHIFT),
          (mode, flags) => fromInteger(format, source, raw, mode, flags),
        );
      }),
      RUNS,
    );
  });

  it("gives +0 for 0 in every mode", () => {
    for (const mode of MODES) {
      const flags = { bits: 0 };
      expect(fromInteger(format, INT64, 0n, mode, flags)).toBe(0n);
      expect(fromInteger(format, UINT32, 1n << 32n, mode, flags)).toBe(0n);
      expect(flags.bits).toBe(0);
    }
  });
});

describe("narrow and widen", () => {
  it("rounds to binary32 correctly in every mode", () => {
    const nearBinary32 = fc
      .tuple(finitePatterns(BINARY32), fc.bigInt({ min: -3n, max: 3n }), fc.boolean())
      .map(([bits, offset, isTie]) => widen(bits, { bits: 0 }) + offset + (isTie ? 1n << 28n : 0n))
      .filter((bits) => bits >= 0n && isFinitePattern(BINARY64, bits));
    fc.assert(
      fc.property(fc.oneof(finitePatterns(BINARY64), nearBinary32), (a) => {
        const exact = scaledValue(BINARY64, a);
        expectCorrectlyRounded(
          BINARY32,
          (candidate) => candidate - exact,
          (mode, flags) => narrow(a, mode, flags),
        );
      }),
      { ...RUNS, numRuns: 2000 },
    );
  });

  it("widens exactly as the host does", () => {
    fc.assert(
      fc.property(finitePatterns(BINARY32), (a) => {
        const flags = { bits: 0 };
        expect(doubleFromBits(widen(a, flags))).toBe(floatFromBits(a));
        expect(flags.bits).toBe(0);
      }),
      RUNS,
    );
  });

  it("gives back what was widened, in every mode", () => {
    fc.assert(
      fc.property(finitePatterns(BINARY32), fc.constantFrom(...MODES), (a, mode) => {
        const flags = { bits: 0 };
        expect(narrow(widen(a, flags), mode, flags)).toBe(a);
        expect(flags.bits).toBe(0);
      }),
      RUNS,
    );
  });

  it("keeps zeros and infinities and makes NaNs canonical", () => {
    const flags = { bits: 0 };
    expect(widen(0x80000000n, flags)).toBe(BINARY64.signBit);
    expect(widen(-0x800000n, flags)).toBe(BINARY64.signBit | BINARY64.infinity);
    expect(narrow(BINARY64.signBit, RNE, flags)).toBe(0x80000000n);
    expect(narrow(BINARY64.infinity, RTZ, flags)).toBe(BINARY32.infinity);
    expect(widen(0xffc00001n, flags)).toBe(BINARY64.canonicalNan);
    expect(narrow(0xfff8000000000001n, RNE, flags)).toBe(BINARY32.canonicalNan);
    expect(flags.bits).toBe(0);
    expect(widen(0x7f800001n, flags)).toBe(BINARY64.canonicalNan);
    expect(flags.bits).toBe(NV);
    flags.bits = 0;
    expect(narrow(BINARY64.infinity + 1n, RNE, flags)).toBe(BINARY32.canonicalNan);
    expect(flags.bits).toBe(NV);
  });

  it("overflows and underflows out of binary32", () => {
    const outcome = (value: number, mode: number): [bigint, number] => {
      const flags = { bits: 0 };
      return [narrow(bitsFromDouble(value), mode, flags), flags.bits];
    };
    expect(outcome(1e300, RMM)).toEqual([0x7f800000n, OF | NX]);
    expect(outcome(-1e300, RUP)).toEqual([0xff7fffffn, OF | NX]);
    expect(outcome(1e-300, RUP)).toEqual([1n, UF | NX]);
    expect(outcome(-1e-300, RNE)).toEqual([0x80000000n, UF | NX]);
    expect(outcome(2 ** -150, RNE)).toEqual([0n, UF | NX]);
    expect(outcome(2 ** -150, RMM)).toEqual([1n, UF | NX]);
    expect(outcome(2 ** -126 - 2 ** -151, RNE)).toEqual([0x800000n, NX]);
    expect(outcome(2 ** -126 - 2 ** -150, RNE)).toEqual([0x800000n, UF | NX]);
  });
});
