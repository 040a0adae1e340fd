// The functions that exact statistics of counts rest on. Accurate to about 12 digits, which tests compare with tables.

/** Lanczos, "A precision approximation of the gamma function", SIAM J. Numer. Anal. 1, 1964; g = 7, nine terms. */
const LANCZOS_G = 7;
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
] as const;

/** @param x above 0.5 */
export function logGamma(x: number): number {
  const z = x - 1;
  const series = LANCZOS.reduce((sum, term, i) => (i === 0 ? term : sum + term / (z + i)), 0);
  const t = z + LANCZOS_G + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(series);
}

/** Logarithm of the number of ways to choose. */
export function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

const EPSILON = 1e-16;
const TINY = 1e-300;
const MAX_TERMS = 200_000;

/** Regularised incomplete beta function I_x(a, b), for a and b of at least 1: DLMF 8.17.4 and 8.17.22. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logBeta = logGamma(a) + logGamma(b) - logGamma(a + b);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta) / a;
  return front * betaFraction(x, a, b);
}

/** By the method of Lentz as modified by Thompson and Barnett, "Coulomb and Bessel functions", J. Comput. Phys. 64, 1986. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < EPSILON) break;
  }
  return value;
}

const awayFromZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);

/** Normal quantiles beyond this are not asked for: 1 - 10^-15. */
const FARTHEST = 8;

/** @returns z so that a standard normal variable lies below it with this probability, from 0.5 on */
export function normalQuantile(probability: number): number {
  return solve(0, FARTHEST, (z) => normalBelow(z) < probability);
}

/** DLMF 7.6.2: a series of positive terms. @param z of at least 0 */
function normalBelow(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; term > sum * EPSILON; n++) {
    term *= (z * z) / (2 * n + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Halvings until a double has no more bits to gain. */
const HALVINGS = 60;

/** @returns where `isBelow` turns from true to false */
export function solve(from: number, to: number, isBelow: (x: number) => boolean): number {
  let low = from;
  let high = to;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return high;
}
