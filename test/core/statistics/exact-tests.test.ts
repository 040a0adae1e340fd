import { describe, expect, it } from "vitest";
import { fisherExact, mcnemarExact } from "../../../core/statistics/exact-tests.ts";

describe("mcnemarExact", () => {
  it("is the published one", () => {
    // Two culture media, Armitage and Berry, "Statistical methods in medical research", 1994, p. 127: 0.0129.
    expect(mcnemarExact(12, 2)).toBeCloseTo(0.0129, 4);
    expect(mcnemarExact(2, 12)).toBe(mcnemarExact(12, 2));
  });

  it("tells nothing where no outcome differs, or as many either way", () => {
    expect(mcnemarExact(0, 0)).toBe(1);
    expect(mcnemarExact(7, 7)).toBe(1);
  });

  it("needs six faults that all go one way for 5 %", () => {
    expect(mcnemarExact(5, 0)).toBeCloseTo(0.0625, 12);
    expect(mcnemarExact(6, 0)).toBeCloseTo(0.03125, 12);
  });
});

describe("fisherExact", () => {
  it("is the published one of the lady who tastes tea", () => {
    // Fisher, "The design of experiments", 1935: one-sided 17/70; Agresti, "Categorical data analysis", 2002, 3.5.2.
    const p = fisherExact({ events: 3, trials: 4 }, { events: 1, trials: 4 });
    expect(p).toBeCloseTo(34 / 70, 12);
  });

  it("is the published one of the convicts' twins", () => {
    // Fisher, "The logic of inductive inference", J. R. Statist. Soc. 98, 1935, as in the manual of R's fisher.test.
    const p = fisherExact({ events: 10, trials: 13 }, { events: 2, trials: 17 });
    expect(p).toBeCloseTo(0.0005367, 7);
  });

  it("tells nothing where nothing was seen", () => {
    expect(fisherExact({ events: 0, trials: 5000 }, { events: 0, trials: 30_000 })).toBeCloseTo(
      1,
      9,
    );
  });

  it("takes large samples", () => {
    const p = fisherExact({ events: 0, trials: 30_000 }, { events: 12, trials: 30_000 });
    expect(p).toBeCloseTo(2 * 0.5 ** 12, 4);
  });
});
