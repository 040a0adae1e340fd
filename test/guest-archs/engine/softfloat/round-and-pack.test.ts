// Rounding of sticky significands, and the instant at which a result stops being tiny.

import { describe, expect, it } from "vitest";
import {
  NX,
  OF,
  RDN,
  RNE,
  RMM,
  RTZ,
  RUP,
  UF,
} from "../../../../guest-archs/engine/softfloat/index.ts";
import {
  roundAndPack,
  roundShift,
} from "../../../../guest-archs/engine/softfloat/round-and-pack.ts";
import { FORMATS, MODES } from "./operands.ts";

describe("roundShift", () => {
  it("rounds quarters to integers in every mode", () => {
    const rounded = (isNegative: boolean): bigint[][] =>
      MODES.map((mode) =>
        [4n, 5n, 6n, 7n, 8n, 10n].map((value) => roundShift(value, 2, isNegative, mode).integer),
      );
    const toNearest = [1n, 1n, 2n, 2n, 2n];
    const truncated = [1n, 1n, 1n, 1n, 2n, 2n];
    const raised = [1n, 2n, 2n, 2n, 2n, 3n];
    expect(rounded(false)).toEqual([
      [...toNearest, 2n],
      truncated,
      truncated,
      raised,
      [...toNearest, 3n],
    ]);
    expect(rounded(true)).toEqual([
      [...toNearest, 2n],
      truncated,
      raised,
      truncated,
      [...toNearest, 3n],
    ]);
  });

  it("refuses reserved rounding modes once there is something to round", () => {
    expect(() => roundShift(5n, 2, false, 5)).toThrow("rounding mode 5 is reserved");
  });
});

describe.each(FORMATS)("roundAndPack to %s", (_name, format) => {
  const outcome = (significand: bigint, exponent: number, mode: number): [bigint, number] => {
    const flags = { bits: 0 };
    return [roundAndPack(format, false, exponent, significand, mode, flags), flags.bits];
  };

  it("is tiny below the midpoint of the last full-precision number and the smallest normal one", () => {
    // In units of a quarter of the last place that full precision would have below the normal range.
    const exponent = format.minQuantum - 3;
    const smallestNormal = format.hiddenBit << 3n;
    expect(outcome(smallestNormal - 3n, exponent, RNE)).toEqual([format.hiddenBit, NX | UF]);
    expect(outcome(smallestNormal - 2n, exponent, RNE)).toEqual([format.hiddenBit, NX]);
    expect(outcome(smallestNormal - 2n, exponent, RMM)).toEqual([format.hiddenBit, NX]);
    expect(outcome(smallestNormal - 1n, exponent, RUP)).toEqual([format.hiddenBit, NX]);
    expect(outcome(smallestNormal - 4n, exponent, RUP)).toEqual([format.hiddenBit, NX | UF]);
    expect(outcome(smallestNormal - 1n, exponent, RTZ)).toEqual([format.hiddenBit - 1n, NX | UF]);
    expect(outcome(smallestNormal + 1n, exponent, RTZ)).toEqual([format.hiddenBit, NX]);
  });

  it("keeps what is far below the smallest number as a remainder", () => {
    const far = format.minQuantum - 900;
    expect(outcome(1n, far, RUP)).toEqual([1n, NX | UF]);
    expect(outcome(1n, far, RMM)).toEqual([0n, NX | UF]);
    expect(outcome(1n, far, RDN)).toEqual([0n, NX | UF]);
  });

  it("overflows by rounding up from the largest number only at the midpoint", () => {
    const largest = format.infinity - 1n;
    const exponent = format.minQuantum + format.maxBiasedExponent - 2 - 2;
    const beyond = format.hiddenBit << 3n;
    expect(outcome(beyond - 3n, exponent, RNE)).toEqual([largest, NX]);
    expect(outcome(beyond - 2n, exponent, RNE)).toEqual([format.infinity, NX | OF]);
    expect(outcome(beyond - 1n, exponent, RTZ)).toEqual([largest, NX]);
    expect(outcome(beyond, exponent, RTZ)).toEqual([largest, NX | OF]);
    expect(outcome(beyond - 3n, exponent, RUP)).toEqual([format.infinity, NX | OF]);
  });
});
