// The ten classes, each at both ends of its range of patterns.

import { describe, expect, it } from "vitest";
import { classify } from "../../../../guest-archs/engine/softfloat/classify.ts";
import { FORMATS } from "./operands.ts";

describe.each(FORMATS)("classify of %s", (_name, format) => {
  const { infinity, signBit, hiddenBit, quietBit } = format;
  const positive: [name: string, bit: number, negativeBit: number, first: bigint, last: bigint][] =
    [
      ["zero", 4, 3, 0n, 0n],
      ["subnormal", 5, 2, 1n, hiddenBit - 1n],
      ["normal", 6, 1, hiddenBit, infinity - 1n],
      ["infinity", 7, 0, infinity, infinity],
      ["signaling NaN", 8, 8, infinity + 1n, infinity + quietBit - 1n],
      ["quiet NaN", 9, 9, infinity + quietBit, signBit - 1n],
    ];

  it.each(positive)("recognises %s", (_class, bit, negativeBit, first, last) => {
    for (const bits of [first, last]) {
      expect(classify(format, bits)).toBe(1 << bit);
      expect(classify(format, bits | signBit)).toBe(1 << negativeBit);
      expect(classify(format, BigInt.asIntN(format.width, bits | signBit))).toBe(1 << negativeBit);
    }
  });
});
