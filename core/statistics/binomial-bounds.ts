// Exact bounds of a probability of which `events` in `trials` were seen: Clopper and Pearson, "The use of confidence or
// fiducial limits illustrated in the case of the binomial", Biometrika 26(4), 1934. One-sided: the probability lies
// beyond the bound with at most 1 - confidence.
import { incompleteBeta, solve } from "./special-functions.ts";

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The largest probability that is not yet implausible. */
export function upperBound(events: number, trials: number, confidence: number): number {
  if (events >= trials) return 1;
  if (events === 0) return -Math.expm1(Math.log1p(-confidence) / trials);
  return solve(0, 1, (p) => atMost(events, trials, p) > 1 - confidence);
}

/** The smallest one. */
export function lowerBound(events: number, trials: number, confidence: number): number {
  return 1 - upperBound(trials - events, trials, confidence);
}

/** Two-sided: beyond either end with at most half of 1 - confidence. */
export function exactInterval(events: number, trials: number, confidence: number): Interval {
  const each = (1 + confidence) / 2;
  return { low: lowerBound(events, trials, each), high: upperBound(events, trials, each) };
}

/** Probability of at most `events` in `trials`: DLMF 8.17.5. */
export function atMost(events: number, trials: number, p: number): number {
  if (events >= trials) return 1;
  return incompleteBeta(1 - p, trials - events, events + 1);
}
