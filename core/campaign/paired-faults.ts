// Which faults two variants have in common. Where the fault space is the same, the same seed draws the same list, but for
// the replica that is struck: variants have different numbers of them.
import type { FaultConfig } from "../api/config.ts";
import type { Experiment } from "../api/experiment.ts";
import { mcnemarExact } from "../statistics/exact-tests.ts";
import type { PlanFacts } from "../statistics/plan-facts.ts";
import { isPlainSample, isSameSpace } from "../statistics/same-space.ts";

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
  /**
   * Probability of a difference as large where there is none. Absent where plain counts of faults say nothing of shares:
   * of other than random samples of the same space.
   */
  readonly pValue?: number;
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

export interface TriedFaults {
  readonly facts: Pick<PlanFacts, "strata" | "allocation" | "parts" | "firstStep" | "endStep">;
  readonly experiments: readonly Experiment[];
  readonly figures: { readonly failed: ReadonlySet<number> };
}

export function pairedFailures(first: TriedFaults, other: TriedFaults): PairedFailures {
  const { common, others } = pairingOf(first.experiments, other.experiments);
  const failedOnly = (one: TriedFaults, two: TriedFaults): number =>
    [...one.figures.failed].filter((index) => common.has(index) && !two.figures.failed.has(index))
      .length;
  const onlyFirst = failedOnly(first, other);
  const onlyThis = failedOnly(other, first);
  const isPlain =
    isPlainSample(first.facts) &&
    isPlainSample(other.facts) &&
    isSameSpace(first.facts, other.facts);
  return {
    faults: common.size,
    others,
    onlyFirst,
    onlyThis,
    ...(isPlain && { pValue: mcnemarExact(onlyFirst, onlyThis) }),
  };
}
