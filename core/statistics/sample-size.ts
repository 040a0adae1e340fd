// How many faults to inject: Leveugle, Calvez, Maistri and Vanhauwaert, "Statistical fault injection: quantified error and
// confidence", DATE 2009, equation 1. The fault space is finite, N points; t is the normal quantile of the confidence.
//
//   n = N / (1 + e^2 (N - 1) / (t^2 p (1 - p)))
import { normalQuantile } from "./special-functions.ts";

export interface Precision {
  /** The error e: half the width of the interval. */
  readonly halfWidth: number;
  readonly confidence: number;
}

/** @param share that is expected; 0.5, where nobody knows, needs the most */
export function sampleSize(points: number, precision: Precision, share: number = 0.5): number {
  const t = normalQuantile((1 + precision.confidence) / 2);
  const error = precision.halfWidth ** 2 * (points - 1);
  return Math.ceil(points / (1 + error / (t * t * share * (1 - share))));
}

/** The same equation, solved for the error of a sample. */
export function errorMargin(
  points: number,
  sample: number,
  confidence: number,
  share: number = 0.5,
): number {
  if (points <= 1 || sample >= points) return 0;
  const t = normalQuantile((1 + confidence) / 2);
  return t * Math.sqrt((share * (1 - share) * (points - sample)) / (sample * (points - 1)));
}
