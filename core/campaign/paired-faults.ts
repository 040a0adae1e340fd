// Which faults two variants have in common. Where the fault space is the same, the same seed draws the same list, but for
// the replica that is struck: variants have different numbers of them.
import type { FaultConfig } from "../api/config.ts";
import type { Experiment } from "../api/experiment.ts";
import { mcnemarExact } from "../statistics/exact-tests.ts";

interface Pairing {
  /** Indexes of experiments whose fault is the same. */
  readonly common: ReadonlySet<number>;
  /** Experiments of either that are beside them. */
  readonly others: number;
}

/** Against the first variant, on the faults that both have. */
export interface PairedFailures {
  /** Faults that are the same in both. */
  readonly faults: number;
  /** Other experiments: their faults differ, and they are not compared one by one. */
  readonly others: number;
  readonly onlyFirst: number;
  readonly onlyThis: number;
  /** Probability of a difference as large where there is none. */
  readonly pValue: number;
}

/** @param other the variant that is compared with `first` */
export function pairingOf(first: readonly Experiment[], other: readonly Experiment[]): Pairing {
  const known = new Map(first.map(({ index, fault }) => [index, sameText(fault)]));
  const common = new Set<number>();
  for (const { index, fault } of other) {
    if (known.get(index) === sameText(fault)) common.add(index);
  }
  return { common, others: Math.max(first.length, other.length) - common.size };
}

function sameText({ replica: _replica, core: _core, ...fault }: FaultConfig): string {
  const entries = Object.entries(fault).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(entries);
}

interface Tried {
  readonly plan: { readonly experiments: readonly Experiment[] };
  readonly figures: { readonly failed: ReadonlySet<number> };
}

export function pairedFailures(first: Tried, other: Tried): PairedFailures {
  const { common, others } = pairingOf(first.plan.experiments, other.plan.experiments);
  const failedOnly = (one: Tried, two: Tried): number =>
    [...one.figures.failed].filter((index) => common.has(index) && !two.figures.failed.has(index))
      .length;
  const onlyFirst = failedOnly(first, other);
  const onlyThis = failedOnly(other, first);
  return {
    faults: common.size,
    others,
    onlyFirst,
    onlyThis,
    pValue: mcnemarExact(onlyFirst, onlyThis),
  };
}
