// Lengths of integers around powers of two, where the conversion to a double carries.

import { describe, expect, it } from "vitest";
import { bitLength } from "../../../../guest-archs/engine/softfloat/bit-length.ts";

describe("bitLength", () => {
  it("is exact below, at and above every power of two", () => {
    for (let length = 2; length < 1000; length += 1) {
      const power = 1n << BigInt(length - 1);
      expect(bitLength(power - 1n)).toBe(length - 1);
      expect(bitLength(power)).toBe(length);
      expect(bitLength(power + 1n)).toBe(length);
    }
    expect(bitLength(1n)).toBe(1);
  });
});
