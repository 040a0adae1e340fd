import { describe, expect, it } from "vitest";
import { chanceOfAtLeast } from "../../../plugins/core-diagnosis/chance.ts";

describe("chanceOfAtLeast", () => {
  it("is the upper tail of a binomial distribution", () => {
    expect(chanceOfAtLeast(0, 10, 0.5)).toBe(1);
    expect(chanceOfAtLeast(1, 1, 0.25)).toBeCloseTo(0.25, 12);
    expect(chanceOfAtLeast(9, 10, 0.5)).toBeCloseTo(11 / 1024, 12);
    expect(chanceOfAtLeast(1, 3, 1 / 3)).toBeCloseTo(19 / 27, 12);
    expect(chanceOfAtLeast(20, 20, 0.5)).toBeCloseTo(2 ** -20, 12);
    expect(chanceOfAtLeast(4, 3, 0.5)).toBe(0);
    expect(chanceOfAtLeast(3, 3, 1)).toBe(1);
  });

  it("stays a number for thousands of faults", () => {
    expect(chanceOfAtLeast(2500, 5000, 0.5)).toBeCloseTo(0.5056, 3);
    expect(chanceOfAtLeast(3000, 5000, 0.5)).toBeLessThan(1e-40);
  });
});
