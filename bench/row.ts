// One figure of the benchmark, with what it is compared with and the budget it should keep.

export type Unit = "MIPS" | "s" | "ms" | "µs" | "frames" | "pages";

/** What a ratio is of. More is better for speed, less for the others. */
type RatioKind = "speed" | "time" | "frames";

export interface Budget {
  /** As the budgets are written: ">= 1.3", "<= 1.05", "<= 150 ms". */
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
  /** The value over the peer's. */
  readonly ratio?: { readonly kind: RatioKind; readonly value: number };
  readonly budget?: Budget;
}

export function atLeast(limit: number, value: number): Budget {
  return { text: `>= ${limit}`, isMet: value >= limit };
}

/** @param unit of limit and value; empty for ratios. */
export function atMost(limit: number, value: number, unit = ""): Budget {
  return { text: `<= ${limit}${unit === "" ? "" : ` ${unit}`}`, isMet: value <= limit };
}
