// What several runs of the same thing say together. Medians: one run disturbed by the host must not move the figure.

/** The middle one, or the mean of the two in the middle. @throws RangeError without any. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length / 2)];
  const low = sorted[Math.ceil(sorted.length / 2) - 1];
  if (high === undefined || low === undefined) throw new RangeError("no values");
  return (low + high) / 2;
}

/** The value that a tenth are not above: what the host gives when nothing else runs on it. @throws RangeError without any. */
export function lowestTenth(values: readonly number[]): number {
  const value = values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 10)];
  if (value === undefined) throw new RangeError("no values");
  return value;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
