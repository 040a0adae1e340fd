// Whether a campaign stays within bounds that somebody set, for continuous integration.
import type { CampaignSummary } from "./summary.ts";

export interface FailureLimits {
  /** Experiments that fail, at most: a plain count, the same in every run of the same seed. */
  readonly maxFailures?: number;
  /** Share of all faults that fail, at most: of the upper bound, so that few experiments do not pass for good ones. */
  readonly maxFailureShare?: number;
}

export interface LimitVerdict {
  readonly isExceeded: boolean;
  /** "the share of failures is at most 0.0001, with 95 % confidence, ..." */
  readonly what: string;
}

/** @returns one verdict for each limit */
export function checkLimits(
  { failures, confidence, allocation, experiments }: CampaignSummary,
  { maxFailures, maxFailureShare }: FailureLimits,
): readonly LimitVerdict[] {
  const verdicts: LimitVerdict[] = [];
  const count = `${failures.experiments} of ${experiments} experiments failed`;
  if (maxFailures !== undefined) {
    const isExceeded = failures.experiments > maxFailures;
    verdicts.push({ isExceeded, what: `${count}, ${maxFailures} are allowed` });
  }
  if (maxFailureShare !== undefined) {
    const { upperBound, lowerBound } = failures;
    const isExact = allocation === "every-point";
    const isExceeded = upperBound > maxFailureShare;
    const sure = isExact ? "" : ` with ${Number((confidence * 100).toPrecision(12))} % confidence`;
    const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
    const bound = `the share of failures is at most ${percent(upperBound)}${sure} (${count}), and ${percent(maxFailureShare)} are allowed`;
    const isShown = lowerBound > maxFailureShare;
    const why =
      isExceeded && !isShown && !isExact
        ? "; it is not shown to be more either: more experiments would tell"
        : "";
    verdicts.push({ isExceeded, what: bound + why });
  }
  return verdicts;
}
