// Order statistics of measured values: one disturbed run must not move a figure.

/**
 * The value that a share of the others is below, between neighbours by their distance (Hyndman and Fan, "Sample quantiles
 * in statistical packages", The American Statistician 50(4), 1996, definition 7).
 * @throws RangeError without values
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)];
  const high = sorted[Math.ceil(place)];
  if (low === undefined || high === undefined) throw new RangeError("no values");
  return low + (high - low) * (place - Math.floor(place));
}

export const median = (values: readonly number[]): number => quantile(values, 1 / 2);
