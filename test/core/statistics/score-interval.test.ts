import { describe, expect, it } from "vitest";
import {
  differenceInterval,
  pairedDifferenceInterval,
  wilsonInterval,
} from "../../../core/statistics/score-interval.ts";

describe("wilsonInterval", () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("is the published one for %i of %i", (events, trials, low, high) => {
    const interval = wilsonInterval(events / trials, trials, 0.95);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it("ends at 1 where all were seen, and knows nothing without trials", () => {
    expect(wilsonInterval(1, 20, 0.95)).toEqual({ low: expect.closeTo(0.8389, 4), high: 1 });
    expect(wilsonInterval(0, 0, 0.95)).toEqual({ low: 0, high: 1 });
  });
});

describe("differenceInterval", () => {
  // Newcombe, "Interval estimation for the difference between independent proportions", 1998, table II, method 10.
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
  ])("is the published one for %i of %i and %i of %i", (a, m, b, n, low, high) => {
    const seen = (events: number, trials: number): { share: number; trials: number } => ({
      share: events / trials,
      trials,
    });
    const interval = differenceInterval(seen(a, m), seen(b, n), 0.95);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });
});

describe("pairedDifferenceInterval", () => {
  it("is the published one", () => {
    // Two culture media, Armitage and Berry, "Statistical methods in medical research", 1994, p. 127; the manual of
    // StatsDirect gives 0.056156 to 0.329207 for it.
    const counts = { both: 20, onlyFirst: 12, onlySecond: 2, neither: 16 };
    const interval = pairedDifferenceInterval(counts, 0.95);
    expect(interval.low).toBeCloseTo(0.056156, 6);
    expect(interval.high).toBeCloseTo(0.329207, 6);
  });

  it("agrees with the approximation for large numbers", () => {
    // Approval of a prime minister, Agresti, "Categorical data analysis", 2002, 10.1.1: 0.04 plus or minus 0.019.
    const counts = { both: 794, onlyFirst: 150, onlySecond: 86, neither: 570 };
    const interval = pairedDifferenceInterval(counts, 0.95);
    expect(interval.low).toBeCloseTo(0.021, 3);
    expect(interval.high).toBeCloseTo(0.059, 3);
  });

  it("is narrower than that of as many independent faults where outcomes go together", () => {
    const paired = pairedDifferenceInterval(
      { both: 400, onlyFirst: 20, onlySecond: 5, neither: 575 },
      0.95,
    );
    const seen = (share: number): { share: number; trials: number } => ({ share, trials: 1000 });
    const unpaired = differenceInterval(seen(0.42), seen(0.405), 0.95);
    expect(paired.low).toBeGreaterThan(0);
    expect(unpaired.low).toBeLessThan(0);
  });

  it("is no single point where both never failed", () => {
    const interval = pairedDifferenceInterval(
      { both: 0, onlyFirst: 0, onlySecond: 0, neither: 1000 },
      0.95,
    );
    expect(interval.high).toBeCloseTo(0.0038, 4);
    expect(interval.low).toBeCloseTo(-0.0038, 4);
  });
});
