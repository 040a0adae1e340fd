// Exact bounds of a probability of which `events` in `trials` were seen: Clopper and Pearson, "The use of confidence or
// fiducial limits illustrated in the case of the binomial", Biometrika 26(4), 1934. One-sided: the probability lies
// beyond the bound with at most 1 - confidence.

/** Halvings until a double has no more bits to gain. */
const HALVINGS = 60;

/** The largest probability that is not yet implausible. */
export function upperBound(events: number, trials: number, confidence: number): number {
  if (events >= trials) return 1;
  return solve((p) => atMost(events, trials, p) > 1 - confidence);
}

/** The smallest one. */
export function lowerBound(events: number, trials: number, confidence: number): number {
  return 1 - upperBound(trials - events, trials, confidence);
}

/** @returns where `isBelow` turns from true to false between 0 and 1. */
function solve(isBelow: (p: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** Probability of at most `events` in `trials`; terms are added as logarithms relative to the largest. */
function atMost(events: number, trials: number, p: number): number {
  const odds = Math.log(p) - Math.log1p(-p);
  const terms = [trials * Math.log1p(-p)];
  for (let k = 0; k < events; k++) {
    terms.push(terms[k]! + Math.log((trials - k) / (k + 1)) + odds);
  }
  const largest = terms.reduce((max, term) => Math.max(max, term), -Infinity);
  return Math.exp(largest) * terms.reduce((sum, term) => sum + Math.exp(term - largest), 0);
}
