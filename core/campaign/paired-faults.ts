// Which faults two variants have in common. Where the fault space is the same, the same seed draws the same list, but for
// the replica that is struck: variants have different numbers of them.
import type { FaultConfig } from "../api/config.ts";
import type { Experiment } from "../api/experiment.ts";

export interface Pairing {
  /** Indexes of experiments whose fault is the same. */
  readonly common: ReadonlySet<number>;
  /** Experiments of either that are beside them. */
  readonly others: number;
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
