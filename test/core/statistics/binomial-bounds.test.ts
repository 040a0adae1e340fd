import { describe, expect, it } from "vitest";
import { exactInterval, lowerBound, upperBound } from "../../../core/statistics/binomial-bounds.ts";

describe("bounds of a probability", () => {
  // Two-sided intervals of 95 % are two one-sided bounds of 97.5 %. The first two are table entries of many textbooks.
  it.each([
    { events: 0, trials: 10, low: 0, high: 0.3085 },
    { events: 1, trials: 10, low: 0.0025, high: 0.445 },
    { events: 5, trials: 10, low: 0.1871, high: 0.8129 },
    { events: 10, trials: 10, low: 0.6915, high: 1 },
  ])("are those of Clopper and Pearson for $events of $trials", (row) => {
    const { events, trials, low, high } = row;
    expect(lowerBound(events, trials, 0.975)).toBeCloseTo(low, 4);
    expect(upperBound(events, trials, 0.975)).toBeCloseTo(high, 4);
  });

  it("follow the closed form when nothing was seen", () => {
    expect(upperBound(0, 30_000, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 30_000), 12);
    expect(upperBound(0, 1, 0.95)).toBeCloseTo(0.95, 9);
  });

  it("leave the tail that the confidence allows", () => {
    // P(at most 2 of 1000) at the bound, by the Poisson distribution, whose error here is below 0.001.
    const mean = 1000 * upperBound(2, 1000, 0.95);
    expect(Math.exp(-mean) * (1 + mean + mean ** 2 / 2)).toBeCloseTo(0.05, 2);
  });

  it("stay exact for many events", () => {
    const bound = upperBound(15_000, 30_000, 0.975);
    // Normal approximation: 1.96 standard deviations and half an event.
    expect(bound).toBeCloseTo(0.5 + 1.96 * Math.sqrt(0.25 / 30_000) + 0.5 / 30_000, 5);
  });

  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I, method 5.
  it.each([
    [81, 263, 0.2527, 0.3676],
    [15, 148, 0.0578, 0.1617],
    [0, 20, 0, 0.1684],
    [1, 29, 0.0009, 0.1776],
  ])("make the published interval for %i of %i", (events, trials, low, high) => {
    const interval = exactInterval(events, trials, 0.95);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });
});
