import { describe, expect, it } from "vitest";
import { quantilesOf } from "../../../core/statistics/weighted-quantiles.ts";

describe("quantilesOf", () => {
  it("gives numbers that were seen", () => {
    const numbers = [5, 1, 4, 2, 3].map((value) => ({ value, weight: 1 }));
    expect(quantilesOf(numbers)).toEqual({ count: 5, median: 3, p90: 5, p99: 5, max: 5 });
  });

  it("counts a number as often as its weight says", () => {
    const numbers = [
      { value: 10, weight: 8 },
      { value: 20, weight: 1 },
      { value: 30, weight: 1 },
    ];
    expect(quantilesOf(numbers)).toEqual({ count: 3, median: 10, p90: 20, p99: 30, max: 30 });
  });

  it("does not slip to the next number because shares are rounded", () => {
    const numbers = Array.from({ length: 10 }, (_, value) => ({ value, weight: 0.1 }));
    expect(quantilesOf(numbers)).toMatchObject({ median: 4, p90: 8 });
  });

  it("has none of nothing", () => {
    expect(quantilesOf([])).toBeUndefined();
  });
});
