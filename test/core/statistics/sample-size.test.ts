import { describe, expect, it } from "vitest";
import { errorMargin, sampleSize } from "../../../core/statistics/sample-size.ts";

describe("sampleSize", () => {
  // The same equation with a half width of 0.05 at 95 % is the table of Krejcie and Morgan, "Determining sample size for
  // research activities", Educational and Psychological Measurement 30, 1970.
  it.each([
    [100, 80],
    [1000, 278],
    [10_000, 370],
  ])("is the published one of %i points", (points, size) => {
    expect(sampleSize(points, { halfWidth: 0.05, confidence: 0.95 })).toBe(size);
  });

  it("does not grow with a fault space that is large already", () => {
    const precision = { halfWidth: 0.01, confidence: 0.95 };
    expect(sampleSize(1e12, precision)).toBe(9604);
    expect(sampleSize(1e15, precision)).toBe(9604);
    expect(sampleSize(1e12, precision, 0.1)).toBe(3458);
  });

  it("never exceeds the fault space", () => {
    expect(sampleSize(50, { halfWidth: 1e-6, confidence: 0.99 })).toBe(50);
  });
});

describe("errorMargin", () => {
  it("is the one often quoted: 2,000 faults give 2.88 % at 99 %", () => {
    // Chatzidimitriou and Gizopoulos, "Anatomy of microarchitecture-level reliability assessment", ISPASS 2016.
    expect(errorMargin(1e12, 2000, 0.99)).toBeCloseTo(0.0288, 4);
  });

  it("is what the sample size was planned for", () => {
    const precision = { halfWidth: 0.02, confidence: 0.9 };
    const sample = sampleSize(20_000, precision);
    expect(errorMargin(20_000, sample, 0.9)).toBeLessThanOrEqual(0.02);
    expect(errorMargin(20_000, sample - 1, 0.9)).toBeGreaterThan(0.02);
  });

  it("is nothing once every point was tried", () => {
    expect(errorMargin(1000, 1000, 0.95)).toBe(0);
    expect(errorMargin(1, 1, 0.95)).toBe(0);
  });
});
