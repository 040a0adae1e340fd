import { describe, expect, it } from "vitest";
import { lowestTenth, median, sum } from "../../bench/statistics.ts";

describe("median", () => {
  it("is the middle value, whatever the order", () => {
    expect(median([10, 2, 9])).toBe(9);
    expect(median([7])).toBe(7);
  });

  it("is the mean of the two in the middle", () => {
    expect(median([100, 1, 3, 4])).toBe(3.5);
  });

  it("leaves the values as they were", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it("there is none without values", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("sum", () => {
  it("adds", () => {
    expect(sum([1, 2, 3.5])).toBe(6.5);
    expect(sum([])).toBe(0);
  });
});

describe("the fastest tenth", () => {
  it("is the slowest of the fastest ten percent", () => {
    const values = Array.from({ length: 21 }, (_, index) => 20 - index);
    expect(lowestTenth(values)).toBe(2);
    expect(lowestTenth([5])).toBe(5);
    expect(() => lowestTenth([])).toThrow(RangeError);
  });
});
