// When a campaign knows the share of failures well enough. It looks at results after fixed numbers of experiments, each
// twice the one before, so that where it ends does not depend on workers or on when they are done. Looking several times
// and ending once it fits makes intervals too narrow; each look therefore gets an equal part of the error that is allowed
// (Bonferroni), and the interval at the end holds with the confidence asked for. Intervals are exact.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Experiment } from "../api/experiment.ts";
import type { Allocation, Stratum } from "../api/fault-sampling.ts";
import type { StoredResult } from "../api/result-store.ts";
import type { Precision } from "./sample-size.ts";
import { estimateShare } from "./share-estimate.ts";
import type { StratumCounts } from "./share-estimate.ts";
import { countStrata, isFailure } from "./weighed-results.ts";

/** Fewer than that tell nothing. */
const FIRST_LOOK = 50;

/** @returns numbers of experiments after which results are looked at; the last one is all of them */
export function looksAt(experiments: number): readonly number[] {
  const looks: number[] = [];
  for (let look = FIRST_LOOK; look < experiments; look *= 2) looks.push(look);
  return [...looks, experiments];
}

interface Sampled {
  readonly strata: readonly Stratum[];
  readonly allocation: Allocation;
  readonly experiments: readonly Experiment[];
}

export class StoppingRule {
  readonly looks: readonly number[];
  readonly #precision: Precision;
  readonly #plan: Sampled;

  /**
   * @param place of the precision in the config
   * @throws XV_ERR_CAMPAIGN_PRECISION where no outcome could reach it
   */
  constructor(plan: Sampled, precision: Precision, place: string) {
    this.looks = looksAt(plan.experiments.length);
    this.#plan = plan;
    this.#precision = precision;
    if (plan.allocation === "every-point") throw nothingEstimated(place);
    const best = this.#halfWidth(plan.experiments.map(masked));
    if (best > precision.halfWidth) throw outOfReach(place, precision, best, plan);
  }

  /** @param results of all experiments up to a look */
  isMet(results: readonly StoredResult[]): boolean {
    return this.#halfWidth(results) <= this.#precision.halfWidth;
  }

  #halfWidth(results: readonly Pick<StoredResult, "experiment" | "outcome">[]): number {
    const error = (1 - this.#precision.confidence) / this.looks.length;
    const counts: readonly StratumCounts[] = countStrata(this.#plan.strata, results, isFailure);
    // Two one-sided bounds of half the error each.
    const bounds = estimateShare(counts, this.#plan.allocation, 1 - error / 2);
    return (bounds.upperBound - bounds.lowerBound) / 2;
  }
}

const masked = (experiment: Experiment): Pick<StoredResult, "experiment" | "outcome"> => ({
  experiment,
  outcome: "masked",
});

function nothingEstimated(place: string): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_CAMPAIGN_PRECISION",
    "A precision is asked for where every point of the fault space is tried: nothing is estimated then.",
    { place, remedy: "Remove `precision`, or take a sample: `sampling: uniform`." },
  );
}

function outOfReach(
  place: string,
  { halfWidth, confidence }: Precision,
  best: number,
  { experiments }: Sampled,
): ExtravirtError {
  const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
  const count = experiments.length.toLocaleString("en");
  return new ExtravirtError(
    "XV_ERR_CAMPAIGN_PRECISION",
    `${count} experiments can't tell the share of failures to ± ${percent(halfWidth)} with ${percent(confidence)} confidence: not even without a single failure.`,
    {
      place,
      value: String(halfWidth),
      remedy: `Raise campaign.experiments, or allow more: ± ${percent(best)} is the best that so many can tell.`,
    },
  );
}
