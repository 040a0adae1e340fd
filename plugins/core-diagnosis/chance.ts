// Whether one core errs more often than chance explains.

/**
 * Probability of at least `hits` out of `trials` where each hits with `chance`: the upper tail of a binomial distribution,
 * summed exactly. Two-sided doubts do not matter here: a core is only ever suspected of erring too often.
 */
export function chanceOfAtLeast(hits: number, trials: number, chance: number): number {
  if (hits <= 0) return 1;
  if (hits > trials) return 0;
  if (chance >= 1) return 1;
  let sum = 0;
  // In logarithms: binomial coefficients leave the range of numbers soon.
  let logTerm = trials * Math.log(chance);
  for (let k = trials; k >= hits; k--) {
    sum += Math.exp(logTerm);
    logTerm += Math.log(k / (trials - k + 1)) + Math.log((1 - chance) / chance);
  }
  return Math.min(1, sum);
}
