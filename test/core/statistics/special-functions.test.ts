import { describe, expect, it } from "vitest";
import {
  incompleteBeta,
  logChoose,
  logGamma,
  normalQuantile,
} from "../../../core/statistics/special-functions.ts";

describe("special functions", () => {
  // Abramowitz and Stegun, "Handbook of mathematical functions", tables 6.1 and 26.5 (normal quantiles).
  it("logGamma is that of the tables", () => {
    expect(logGamma(1)).toBeCloseTo(0, 13);
    expect(logGamma(1.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI) / 2), 13);
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12);
    expect(logGamma(1e6) / 12_815_504.569147611).toBeCloseTo(1, 14);
  });

  it("normalQuantile is that of the tables", () => {
    expect(normalQuantile(0.5)).toBeCloseTo(0, 12);
    expect(normalQuantile(0.95)).toBeCloseTo(1.6448536269514722, 12);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(0.995)).toBeCloseTo(2.5758293035489004, 12);
    expect(normalQuantile(0.9999)).toBeCloseTo(3.719016485455709, 10);
  });

  it("incompleteBeta sums binomial terms", () => {
    // P(at least 3 of 10) at 0.3, by hand.
    const terms = [0, 1, 2].map((k) => Math.exp(logChoose(10, k)) * 0.3 ** k * 0.7 ** (10 - k));
    const least3 = 1 - terms.reduce((sum, term) => sum + term, 0);
    expect(incompleteBeta(0.3, 3, 8)).toBeCloseTo(least3, 13);
    expect(incompleteBeta(0.7, 8, 3)).toBeCloseTo(1 - least3, 13);
  });

  it("incompleteBeta stays exact for campaigns of a million", () => {
    // The median of a symmetric distribution.
    expect(incompleteBeta(0.5, 500_000, 500_000)).toBeCloseTo(0.5, 9);
    expect(incompleteBeta(0, 2, 3)).toBe(0);
    expect(incompleteBeta(1, 2, 3)).toBe(1);
  });
});
