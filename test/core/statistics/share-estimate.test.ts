import { describe, expect, it } from "vitest";
import { upperBound } from "../../../core/statistics/binomial-bounds.ts";
import { estimateShare } from "../../../core/statistics/share-estimate.ts";
import type { StratumCounts } from "../../../core/statistics/share-estimate.ts";
import { wilsonInterval } from "../../../core/statistics/score-interval.ts";

const stratum = (share: number, trials: number, events: number): StratumCounts => ({
  share,
  trials,
  events,
  isKnown: false,
});

describe("estimateShare", () => {
  it("is a plain proportion, Wilson's interval and Clopper and Pearson's bounds of one random sample", () => {
    const strata = [stratum(0.9, 85, 3), stratum(0.1, 15, 2)];
    const estimate = estimateShare(strata, "proportional", 0.95);
    expect(estimate.share).toBe(0.05);
    expect(estimate.interval).toEqual(wilsonInterval(0.05, 100, 0.95));
    expect(estimate.upperBound).toBe(upperBound(5, 100, 0.95));
    expect(estimate.lowerBound).toBeCloseTo(1 - upperBound(95, 100, 0.95), 12);
  });

  it("counts what is known without experiments with its share", () => {
    const known = { share: 0.9, trials: 0, events: 0, isKnown: true };
    const failures = estimateShare([known, stratum(0.1, 1000, 0)], "proportional", 0.95);
    expect(failures.share).toBe(0);
    expect(failures.upperBound).toBeCloseTo(0.1 * upperBound(0, 1000, 0.95), 15);
    const masked = estimateShare(
      [{ ...known, events: 1 }, stratum(0.1, 1000, 500)],
      "proportional",
      0.95,
    );
    expect(masked.share).toBeCloseTo(0.95, 12);
    expect(masked.interval!.low).toBeCloseTo(0.9 + 0.1 * 0.46907, 4);
  });

  it("weighs strata that got numbers of their own by their share", () => {
    // Cochran, "Sampling techniques", 1977, 5.3: the sum of W_h p_h.
    const strata = [stratum(0.8, 100, 1), stratum(0.2, 100, 50)];
    const { share, interval } = estimateShare(strata, "fixed", 0.95);
    expect(share).toBeCloseTo(0.8 * 0.01 + 0.2 * 0.5, 12);
    // The standard error by 5.5: sqrt(0.8^2 * 0.01 * 0.99 / 100 + 0.2^2 * 0.25 / 100) = 0.0128.
    const half = (interval!.high - interval!.low) / 2;
    expect(half).toBeGreaterThan(0.024);
    expect(half).toBeLessThan(0.03);
  });

  it("adds exact bounds of strata, with less error for each", () => {
    const strata = [stratum(0.8, 100, 1), stratum(0.2, 100, 50)];
    const { upperBound: bound } = estimateShare(strata, "fixed", 0.95);
    expect(bound).toBeCloseTo(
      0.8 * upperBound(1, 100, 0.975) + 0.2 * upperBound(50, 100, 0.975),
      12,
    );
  });

  it("has the bound of one sample where nothing was seen in strata drawn as large as they are", () => {
    const strata = [stratum(0.7, 700, 0), stratum(0.3, 300, 0)];
    const { upperBound: bound } = estimateShare(strata, "fixed", 0.95);
    expect(bound).toBeCloseTo(upperBound(0, 1000, 0.95), 9);
  });

  it("finds the worst case where nothing was seen, by trying all", () => {
    const strata = [stratum(0.9, 50, 0), stratum(0.1, 200, 0)];
    const { upperBound: bound } = estimateShare(strata, "fixed", 0.95);
    let worst = 0;
    for (let step = 0; step <= 20_000; step++) {
      const first = (step / 20_000) * upperBound(0, 50, 0.95);
      const left = 0.05 / (1 - first) ** 50;
      if (left <= 1) worst = Math.max(worst, 0.9 * first + 0.1 * (1 - left ** (1 / 200)));
    }
    expect(bound).toBeCloseTo(worst, 7);
  });

  it("takes a stratum without experiments for lost", () => {
    const strata = [stratum(0.99, 1000, 0), stratum(0.01, 0, 0)];
    const estimate = estimateShare(strata, "fixed", 0.95);
    expect(estimate.upperBound).toBeGreaterThan(0.01);
    expect(estimate.interval).toEqual({ low: 0, high: 1 });
  });

  it("keeps its bound in at least as many campaigns as it says", () => {
    // All samples of two small strata, with their probabilities.
    const shares = [0.6, 0.4];
    const trials = [6, 9];
    for (const truth of [
      [0.05, 0.05],
      [0.3, 0.02],
      [0.01, 0.25],
    ]) {
      const whole = shares[0]! * truth[0]! + shares[1]! * truth[1]!;
      let missed = 0;
      for (let a = 0; a <= 6; a++) {
        for (let b = 0; b <= 9; b++) {
          const strata = [stratum(0.6, 6, a), stratum(0.4, 9, b)];
          const { upperBound: bound } = estimateShare(strata, "fixed", 0.9);
          if (bound < whole)
            missed += binomial(trials[0]!, a, truth[0]!) * binomial(trials[1]!, b, truth[1]!);
        }
      }
      expect(missed).toBeLessThanOrEqual(0.1);
    }
  });

  it("has nothing to estimate where every point was tried", () => {
    const strata = [stratum(0.5, 10, 1), stratum(0.5, 30, 3)];
    const estimate = estimateShare(strata, "every-point", 0.95);
    expect(estimate).toEqual({ share: 0.1, upperBound: 0.1, lowerBound: 0.1 });
  });

  it("knows nothing before the first experiment", () => {
    expect(estimateShare([stratum(1, 0, 0)], "proportional", 0.95)).toEqual({
      share: 0,
      interval: { low: 0, high: 1 },
      upperBound: 1,
      lowerBound: 0,
    });
  });
});

function binomial(n: number, k: number, p: number): number {
  let choose = 1;
  for (let i = 0; i < k; i++) choose = (choose * (n - i)) / (i + 1);
  return choose * p ** k * (1 - p) ** (n - k);
}
