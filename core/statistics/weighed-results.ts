// Results of a campaign with what each stands for: its part of all faults. Under pruning or with strata of fixed numbers
// plain counts mislead; these weights make proportions of any group of results right.
import { FAILURES } from "../api/experiment.ts";
import type { Outcome } from "../api/experiment.ts";
import type { Stratum } from "../api/fault-sampling.ts";
import type { StoredResult } from "../api/result-store.ts";
import type { PlanFacts } from "./plan-facts.ts";
import type { StratumCounts } from "./share-estimate.ts";

export interface WeighedResult {
  readonly result: StoredResult;
  /** Share of all faults: of a proportional sample the same for each. */
  readonly share: number;
}

export const isFailure = (outcome: Outcome): boolean => FAILURES.includes(outcome);

export function weighResults(
  { strata, allocation }: Pick<PlanFacts, "strata" | "allocation">,
  results: readonly StoredResult[],
): readonly WeighedResult[] {
  const open = strata.filter(({ known }) => known === undefined);
  const whole = open.reduce((sum, { share }) => sum + share, 0);
  const trials = new Map<string, number>();
  let all = 0;
  for (const { experiment } of results) {
    trials.set(experiment.stratum, (trials.get(experiment.stratum) ?? 0) + experiment.weight);
    all += experiment.weight;
  }
  const shares = new Map(strata.map(({ name, share }) => [name, share]));
  return results.map((result) => {
    const { stratum, weight } = result.experiment;
    const share =
      allocation === "proportional"
        ? (whole * weight) / all
        : ((shares.get(stratum) ?? 0) * weight) / trials.get(stratum)!;
    return { result, share };
  });
}

/** Proportions of plain counts are not those of all faults. */
export function areWeightsUneven(weighed: readonly WeighedResult[]): boolean {
  return weighed.some(({ share }) => Math.abs(share * weighed.length - 1) > ROUNDING);
}

const ROUNDING = 1e-9;

/** Events per stratum, for `estimateShare`. */
export function countStrata(
  strata: readonly Stratum[],
  results: readonly Pick<StoredResult, "experiment" | "outcome">[],
  isEvent: (outcome: Outcome) => boolean,
): readonly StratumCounts[] {
  const counts = new Map(strata.map(({ name }) => [name, { trials: 0, events: 0 }]));
  for (const { experiment, outcome } of results) {
    const count = counts.get(experiment.stratum);
    if (count === undefined) continue;
    count.trials += experiment.weight;
    if (isEvent(outcome)) count.events += experiment.weight;
  }
  return strata.map(({ name, share, known }) =>
    known === undefined
      ? { share, ...counts.get(name)!, isKnown: false }
      : { share, trials: 0, events: isEvent(known) ? 1 : 0, isKnown: true },
  );
}
