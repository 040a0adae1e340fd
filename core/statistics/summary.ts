// What a campaign found out about one variant: the data behind its table, its JSON and its report. DETERMINISM: depends on
// the plan and on results without what the host measured, in order of their index.
import { OUTCOMES } from "../api/experiment.ts";
import type { Detector, ExperimentResult, Outcome } from "../api/experiment.ts";
import type { Allocation } from "../api/fault-sampling.ts";
import type { StoredResult } from "../api/result-store.ts";
import type { Interval } from "./binomial-bounds.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { countOutcomes, groupResults } from "./result-groups.ts";
import type { ResultGroup } from "./result-groups.ts";
import { estimateShare } from "./share-estimate.ts";
import type { ShareEstimate } from "./share-estimate.ts";
import { failureRateOf, structureFigures } from "./structure-figures.ts";
import type { FailureRateFigures, StructureFigures } from "./structure-figures.ts";
import { summaryNotes } from "./summary-notes.ts";
import { areWeightsUneven, countStrata, isFailure, weighResults } from "./weighed-results.ts";
import type { WeighedResult } from "./weighed-results.ts";
import { quantilesOf } from "./weighted-quantiles.ts";
import type { Quantiles } from "./weighted-quantiles.ts";

/** Points of the fault space: Schirmeier, Borchert and Spinczyk, "Avoiding pitfalls ...", DSN 2015. */
interface ExtrapolatedCount {
  readonly points: number;
  readonly interval?: Interval;
}

export interface OutcomeFigures extends ShareEstimate {
  /** Unweighed. */
  readonly experiments: number;
  /** Absent where models have weights of their own, so that points of different ones do not add up. */
  readonly extrapolated?: ExtrapolatedCount;
}

export interface CampaignSummary {
  readonly variant: string;
  /** Of intervals and bounds, over all looks at the results together. */
  readonly confidence: number;
  /** How often results are looked at before there are enough of them. */
  readonly looks: number;
  readonly allocation: Allocation;
  readonly planned: number;
  readonly experiments: number;
  /** Experiments stand for different parts of the space: proportions of plain counts mislead. */
  readonly isWeighed: boolean;
  /** Of the fault space. */
  readonly points: number;
  readonly steps: { readonly first: number; readonly end: number };
  readonly outcomes: Readonly<Record<Outcome, OutcomeFigures>>;
  /** The outcomes from which replication is to save the user. */
  readonly failures: OutcomeFigures;
  /** Faults that did no harm, because they were masked or detected. */
  readonly coverage: Pick<ShareEstimate, "share" | "lowerBound">;
  /** Faults after which the run went on as if nothing had been: masked or recovered. */
  readonly survived: Pick<ShareEstimate, "share" | "lowerBound">;
  readonly structures: readonly StructureFigures[];
  /** Present with a raw rate. */
  readonly rate?: FailureRateFigures;
  readonly detectors: readonly { readonly detector: Detector; readonly experiments: number }[];
  readonly latencySteps?: Quantiles;
  readonly latencyEpochs?: Quantiles;
  readonly lostSteps?: Quantiles;
  readonly byStratum: readonly ResultGroup[];
  readonly byModel: readonly ResultGroup[];
  readonly byRegister: readonly ResultGroup[];
  readonly byBit: readonly ResultGroup[];
  /** Where the fault struck. */
  readonly byFunction: readonly ResultGroup[];
  readonly notes: readonly string[];
}

export interface SummaryOptions {
  readonly variant: string;
  readonly confidence: number;
  readonly rawFitPerMbit?: number | undefined;
}

const DETECTORS: readonly Detector[] = ["ballots", "state", "crash", "hang", "self-check"];

/** @param results of that variant, in any order */
export function summarise(
  facts: PlanFacts,
  results: Iterable<StoredResult>,
  { variant, confidence: asked, rawFitPerMbit }: SummaryOptions,
): CampaignSummary {
  const { looks = 1 } = facts;
  const confidence = confidenceOfLook(asked, looks);
  const sorted = [...results].toSorted((a, b) => a.index - b.index);
  const { strata, allocation, planned, firstStep, endStep } = facts;
  const points = strata.reduce((sum, stratum) => sum + stratum.points, 0);
  const isByPoints = strata.every(
    (stratum) => Math.abs(stratum.share - stratum.points / points) < SHARE_ROUNDING,
  );
  const counts = countOutcomes(sorted);
  const figures = (isEvent: (outcome: Outcome) => boolean): OutcomeFigures => {
    const estimate = estimateShare(countStrata(strata, sorted, isEvent), allocation, confidence);
    const experiments = OUTCOMES.reduce((sum, o) => sum + (isEvent(o) ? counts[o] : 0), 0);
    return { experiments, ...estimate, ...(isByPoints && extrapolated(estimate, points)) };
  };
  const failures = figures(isFailure);
  const survived = figures((outcome) => outcome === "masked" || outcome === "recovered");
  const weighed = weighResults(facts, sorted);
  const groups = (nameOf: (result: StoredResult) => string | undefined): readonly ResultGroup[] =>
    groupResults(weighed, nameOf, { confidence, isExact: allocation === "every-point" });
  const rate =
    rawFitPerMbit === undefined
      ? undefined
      : failureRateOf(facts, sorted, { confidence, rawFitPerMbit });
  return {
    variant,
    confidence: asked,
    looks,
    allocation,
    planned,
    experiments: sorted.length,
    isWeighed: areWeightsUneven(weighed),
    points,
    steps: { first: firstStep, end: endStep },
    outcomes: Object.fromEntries(
      OUTCOMES.map((outcome) => [outcome, figures((other) => other === outcome)]),
    ) as Record<Outcome, OutcomeFigures>,
    failures,
    coverage: { share: 1 - failures.share, lowerBound: 1 - failures.upperBound },
    survived: { share: survived.share, lowerBound: survived.lowerBound },
    structures: structureFigures(facts, sorted, confidence),
    ...(rate !== undefined && { rate }),
    detectors: DETECTORS.map((detector) => ({
      detector,
      experiments: sorted.filter((result) => result.detector === detector).length,
    })).filter(({ experiments }) => experiments > 0),
    ...spread(weighed, "latencySteps"),
    ...spread(weighed, "latencyEpochs"),
    ...spread(weighed, "lostSteps"),
    byStratum: groups(({ experiment }) => experiment.stratum),
    byModel: groups(({ experiment }) => experiment.fault.use),
    byRegister: groups(({ experiment }) => textOf(experiment.fault["register"])),
    byBit: groups(({ experiment }) => textOf(experiment.fault["bit"])),
    byFunction: groups(({ struck }) => functionOf(struck?.symbol)),
    notes: summaryNotes(facts, sorted, isByPoints),
  };
}

/** Each look at the results has its part of the error (Bonferroni), so that all of it is no more than was allowed. */
export const confidenceOfLook = (confidence: number, looks: number): number =>
  1 - (1 - confidence) / looks;

const SHARE_ROUNDING = 1e-9;

function extrapolated(
  { share, interval }: ShareEstimate,
  points: number,
): Pick<OutcomeFigures, "extrapolated"> {
  const scaled = interval && { low: interval.low * points, high: interval.high * points };
  return { extrapolated: { points: share * points, ...(scaled && { interval: scaled }) } };
}

type NumberOf = "latencySteps" | "latencyEpochs" | "lostSteps";

function spread<Name extends NumberOf>(
  weighed: readonly WeighedResult[],
  name: Name,
): Partial<Record<Name, Quantiles>> {
  const quantiles = quantilesOf(
    weighed.flatMap(({ result, share }) => {
      const value = (result as ExperimentResult)[name];
      return value === undefined ? [] : [{ value, weight: share }];
    }),
  );
  return quantiles === undefined ? {} : ({ [name]: quantiles } as Record<Name, Quantiles>);
}

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

/** "main+0x10" -> "main" */
const functionOf = (symbol: string | undefined): string | undefined =>
  symbol?.replace(/\+0x[0-9a-f]+$/, "");
