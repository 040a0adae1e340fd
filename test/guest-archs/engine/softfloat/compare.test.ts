// Comparisons against the host's, their flags, and the choices of min and max.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eq, le, lt, max, min } from "../../../../guest-archs/engine/softfloat/compare.ts";
import {
  doubleFromBits,
  floatFromBits,
} from "../../../../guest-archs/engine/softfloat/host-double.ts";
import { BINARY64, NV } from "../../../../guest-archs/engine/softfloat/index.ts";
import { FORMATS, patterns } from "./operands.ts";

const RUNS = { numRuns: 1000, seed: 6 };

describe.each(FORMATS)("comparisons of %s", (_name, format) => {
  const { infinity, signBit, canonicalNan } = format;
  const signaling = infinity + 1n;
  const toNumber = format === BINARY64 ? doubleFromBits : floatFromBits;
  const pairs = fc
    .tuple(patterns(format), patterns(format), fc.integer({ min: 0, max: 3 }))
    .map(([a, b, choice]) => [a, choice === 0 ? a : choice === 1 ? a ^ signBit : b] as const);

  it("order numbers as the host does", () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const x = toNumber(a);
        const y = toNumber(b);
        const flags = { bits: 0 };
        expect(eq(format, a, b, flags)).toBe(x === y);
        expect(lt(format, a, b, flags)).toBe(x < y);
        expect(le(format, a, b, flags)).toBe(x <= y);
        expect(flags.bits).toBe(Number.isNaN(x) || Number.isNaN(y) ? NV : 0);
      }),
      RUNS,
    );
  });

  it("raise invalid for quiet NaNs only where they order, for signaling NaNs always", () => {
    for (const [comparison, quietFlags] of [
      [eq, 0],
      [lt, NV],
      [le, NV],
    ] as const) {
      const raised = (a: bigint, b: bigint): number => {
        const flags = { bits: 0 };
        expect(comparison(format, a, b, flags)).toBe(false);
        return flags.bits;
      };
      expect(raised(canonicalNan, 1n)).toBe(quietFlags);
      expect(raised(1n, canonicalNan | signBit)).toBe(quietFlags);
      expect(raised(canonicalNan, canonicalNan)).toBe(quietFlags);
      expect(raised(signaling, 1n)).toBe(NV);
      expect(raised(canonicalNan, signaling)).toBe(NV);
    }
  });

  it("choose the lesser and the greater number as the host does, zeros included", () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const x = toNumber(a);
        const y = toNumber(b);
        fc.pre(!Number.isNaN(x) && !Number.isNaN(y));
        const flags = { bits: 0 };
        expect(toNumber(min(format, a, b, flags))).toBe(Math.min(x, y));
        expect(toNumber(max(format, a, b, flags))).toBe(Math.max(x, y));
        expect(flags.bits).toBe(0);
      }),
      RUNS,
    );
  });

  it("choose a number over a NaN, and the canonical NaN of two", () => {
    for (const choose of [min, max]) {
      const flags = { bits: 0 };
      expect(choose(format, canonicalNan, signBit | infinity, flags)).toBe(signBit | infinity);
      expect(choose(format, 1n, canonicalNan | signBit, flags)).toBe(1n);
      expect(choose(format, canonicalNan | 3n, canonicalNan | signBit, flags)).toBe(canonicalNan);
      expect(flags.bits).toBe(0);
      expect(choose(format, signaling, signBit, flags)).toBe(signBit);
      expect(flags.bits).toBe(NV);
      flags.bits = 0;
      expect(choose(format, canonicalNan, signaling, flags)).toBe(canonicalNan);
      expect(flags.bits).toBe(NV);
    }
  });

  it("give patterns of the format's width for signed or wider operands", () => {
    const flags = { bits: 0 };
    const wide = -1n << BigInt(format.width);
    const negative = BigInt.asIntN(format.width, signBit | 1n);
    expect(min(format, wide | 1n, negative, flags)).toBe(signBit | 1n);
    expect(max(format, wide | 1n, negative, flags)).toBe(1n);
    expect(lt(format, negative, wide | 1n, flags)).toBe(true);
    expect(eq(format, wide, 0n, flags)).toBe(true);
    expect(eq(format, negative, signBit | 1n, flags)).toBe(true);
    expect(flags.bits).toBe(0);
  });
});
