// Two-sided intervals for display, which are about right on the average; what is claimed rests on exact bounds.
//
//   one share            Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927
//   difference of two    Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
//                        Medicine 17, 1998, method 10
//   of the same faults   Newcombe, "Improved confidence intervals for the difference between binomial proportions based on
//                        paired data", Statistics in Medicine 17, 1998, method 10
import type { Interval } from "./binomial-bounds.ts";
import { normalQuantile } from "./special-functions.ts";

/** @param trials may be an effective number, not whole, where they weigh differently */
export function wilsonInterval(share: number, trials: number, confidence: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const z = normalQuantile((1 + confidence) / 2);
  const square = (z * z) / trials;
  const centre = share + square / 2;
  const half = Math.sqrt(square * (share * (1 - share) + square / 4));
  return {
    low: share === 0 ? 0 : (centre - half) / (1 + square),
    high: share === 1 ? 1 : (centre + half) / (1 + square),
  };
}

interface Seen {
  readonly share: number;
  readonly trials: number;
}

/** Of the first share less the second. */
export function differenceInterval(first: Seen, second: Seen, confidence: number): Interval {
  return combined(first, second, 0, confidence);
}

/** Outcomes of two variants under the same faults. */
export interface PairedCounts {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

export function pairedDifferenceInterval(counts: PairedCounts, confidence: number): Interval {
  const { both, onlyFirst, onlySecond, neither } = counts;
  const trials = both + onlyFirst + onlySecond + neither;
  const first = { share: (both + onlyFirst) / trials, trials };
  const second = { share: (both + onlySecond) / trials, trials };
  return combined(first, second, correlation(counts, trials), confidence);
}

/** That of the pairs, with Newcombe's correction for small numbers. */
function correlation({ both, onlyFirst, onlySecond, neither }: PairedCounts, all: number): number {
  const product =
    (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
  if (product === 0) return 0;
  const excess = both * neither - onlyFirst * onlySecond;
  const corrected = excess > 0 ? Math.max(excess - all / 2, 0) : excess;
  return corrected / Math.sqrt(product);
}

function combined(first: Seen, second: Seen, phi: number, confidence: number): Interval {
  const one = wilsonInterval(first.share, first.trials, confidence);
  const other = wilsonInterval(second.share, second.trials, confidence);
  const difference = first.share - second.share;
  const reach = (a: number, b: number): number => Math.sqrt(a * a - 2 * phi * a * b + b * b);
  return {
    low: difference - reach(first.share - one.low, other.high - second.share),
    high: difference + reach(one.high - first.share, second.share - other.low),
  };
}
