// One figure of the benchmark, with what it is compared with and the budget it should keep.

export type Unit = "MIPS" | "s" | "ms" | "µs" | "frames" | "pages" | "per s";

/** What a ratio is of. More is better for speed, less for the others. */
export type RatioKind = "speed" | "time" | "frames";

export interface Budget {
  /** As the budgets are written: ">= 1.3", "<= 150 ms", "<= 1.1 (aim 1.03)". */
  readonly text: string;
  readonly isMet: boolean;
}

export interface Row {
  /** Dotted and stable, for comparing result files: "speed.integer.qemu". */
  readonly id: string;
  /** For people. */
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  /** Every single value, in the order measured. */
  readonly samples?: readonly number[];
  /** What it is compared with; its value has the same unit. */
  readonly peer?: {
    readonly name: string;
    readonly value: number;
    readonly samples?: readonly number[];
  };
  /** The value over the peer's; a speed where the values are times is the other way round. */
  readonly ratio?: { readonly kind: RatioKind; readonly value: number };
  readonly budget?: Budget;
}

/** @param aim what is wanted beyond the limit; it doesn't decide whether the budget is met. */
export function atLeast(limit: number, value: number, aim?: number): Budget {
  return { text: `>= ${limit}${aimText(aim)}`, isMet: value >= limit };
}

export interface AtMostOptions {
  /** Of limit and value; without one they are ratios. */
  readonly unit?: string;
  readonly aim?: number;
}

export function atMost(limit: number, value: number, { unit, aim }: AtMostOptions = {}): Budget {
  const amount = unit === undefined ? `${limit}` : `${limit} ${unit}`;
  return { text: `<= ${amount}${aimText(aim)}`, isMet: value <= limit };
}

const aimText = (aim: number | undefined): string => (aim === undefined ? "" : ` (aim ${aim})`);
