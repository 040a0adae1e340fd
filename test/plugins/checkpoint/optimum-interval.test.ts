import { describe, expect, it } from "vitest";
import { dalyInterval, youngInterval } from "../../../plugins/checkpoint/optimum-interval.ts";

describe("the optimum interval after Young", () => {
  it("is the root of twice the pause times the mean time between faults", () => {
    // sqrt(2 * 5 * 1440) = sqrt(14400)
    expect(youngInterval(5, 1440)).toBe(120);
    expect(youngInterval(8, 1)).toBe(4);
  });

  it("grows with the root of both", () => {
    expect(youngInterval(20, 1440)).toBe(240);
    expect(youngInterval(5, 4 * 1440)).toBe(240);
  });
});

describe("the optimum interval after Daly", () => {
  // Daly 2006, captions of figures 3 to 5: a dump of 5 minutes, all in minutes.
  it.each([
    [24 * 60, 117, 0],
    [6 * 60, 57, 0],
    [15, 9.1, 1],
  ])("is what the paper predicts for %d minutes between faults", (mean, predicted, digits) => {
    expect(Number(dalyInterval(5, mean).toFixed(digits))).toBe(predicted);
  });

  it("is the terms of the series, worked out by hand", () => {
    // ratio 2 / (2 * 100) = 0.01: 20 * (1 + 0.1 / 3 + 0.01 / 9) - 2
    expect(dalyInterval(2, 100)).toBeCloseTo(18.688_89, 5);
  });

  it("is the time between faults where a pause takes twice that or more", () => {
    expect(dalyInterval(10, 5)).toBe(5);
    expect(dalyInterval(11, 5)).toBe(5);
    expect(dalyInterval(9.999_99, 5)).toBeCloseTo(4.44, 2);
  });

  it("comes near to Young's where faults are rare", () => {
    expect(dalyInterval(1, 1e10) / youngInterval(1, 1e10)).toBeCloseTo(1, 4);
  });
});
