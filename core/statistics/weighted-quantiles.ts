// Quantiles of weighted numbers: the smallest number up to which at least that share of the weight lies.

export interface Quantiles {
  /** Numbers there are. */
  readonly count: number;
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface WeightedNumber {
  readonly value: number;
  readonly weight: number;
}

/** Sums of weights that are shares miss a round number by less. */
const ROUNDING = 1e-9;

/** @returns undefined where there are no numbers */
export function quantilesOf(numbers: readonly WeightedNumber[]): Quantiles | undefined {
  if (numbers.length === 0) return undefined;
  const sorted = numbers.toSorted((a, b) => a.value - b.value);
  const whole = sorted.reduce((sum, { weight }) => sum + weight, 0);
  const at = (share: number): number => {
    let left = whole * (share - ROUNDING);
    for (const { value, weight } of sorted) {
      left -= weight;
      if (left <= 0) return value;
    }
    return sorted.at(-1)!.value;
  };
  return {
    count: sorted.length,
    median: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    max: sorted.at(-1)!.value,
  };
}
