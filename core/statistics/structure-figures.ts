// Vulnerability of the structures that a campaign struck. Terms of Mukherjee et al., "A systematic methodology to compute
// the architectural vulnerability factors for a high-performance microprocessor", MICRO 2003:
//
//   AVF    share of the faults in a structure that do not remain without effect
//   FIT    failures in 10^9 hours: bits x raw rate x share of failures
//   MTTF   10^9 hours / FIT
//
// Bounds of the sum hold together (Bonferroni).
import type { StoredResult } from "../api/result-store.ts";
import type { PartFacts, PlanFacts } from "./plan-facts.ts";
import { estimateShare } from "./share-estimate.ts";
import type { ShareEstimate } from "./share-estimate.ts";
import { countStrata, isFailure } from "./weighed-results.ts";

const FIT_HOURS = 1e9;
const MBIT = 1e6;

export interface StructureFigures {
  /** Part of the fault space. */
  readonly name: string;
  readonly model: string;
  /** Ways to strike before one step: bits, of storage. */
  readonly sites: number;
  readonly isStorage: boolean;
  readonly experiments: number;
  /** What was not masked. Replicas compare values that nobody would ever have used: with them this is an upper bound. */
  readonly avf: ShareEstimate;
  readonly failures: ShareEstimate;
}

export interface FailureRateFigures {
  readonly rawFitPerMbit: number;
  /** Of storage alone. */
  readonly bits: number;
  readonly rawFit: number;
  readonly fit: number;
  readonly fitUpperBound: number;
  /** Absent where no failure was seen. */
  readonly mttfHours?: number;
  /** Absent where it is known that there is no failure. */
  readonly mttfLowerBoundHours?: number;
}

export function structureFigures(
  facts: PlanFacts,
  results: readonly StoredResult[],
  confidence: number,
): readonly StructureFigures[] {
  const struck = facts.parts.filter(({ share }) => share > 0);
  return struck.map((part) => {
    const strata = facts.strata
      .filter((stratum) => stratum.part === part.name)
      .map((stratum) => ({ ...stratum, share: stratum.share / part.share }));
    const names = new Set(strata.map(({ name }) => name));
    const own = results.filter(({ experiment }) => names.has(experiment.stratum));
    const estimate = (isEvent: Parameters<typeof countStrata>[2]): ShareEstimate =>
      estimateShare(countStrata(strata, own, isEvent), facts.allocation, confidence);
    const { name, model, sites, isStorage } = part;
    return {
      name,
      model,
      sites,
      isStorage,
      experiments: own.length,
      avf: estimate((outcome) => outcome !== "masked"),
      failures: estimate(isFailure),
    };
  });
}

/** @returns undefined where nothing that was struck stores anything */
export function failureRateOf(
  facts: PlanFacts,
  results: readonly StoredResult[],
  { confidence, rawFitPerMbit }: { readonly confidence: number; readonly rawFitPerMbit: number },
): FailureRateFigures | undefined {
  const storage = facts.parts.filter(({ isStorage, share }: PartFacts) => isStorage && share > 0);
  if (storage.length === 0) return undefined;
  const each = 1 - (1 - confidence) / storage.length;
  const structures = structureFigures({ ...facts, parts: storage }, results, each);
  const bits = structures.reduce((sum, { sites }) => sum + sites, 0);
  const fitOf = (shareOf: (failures: ShareEstimate) => number): number =>
    structures.reduce(
      (sum, { sites, failures }) => sum + (sites * rawFitPerMbit * shareOf(failures)) / MBIT,
      0,
    );
  const fit = fitOf(({ share }) => share);
  const fitUpperBound = fitOf((failures) => failures.upperBound);
  return {
    rawFitPerMbit,
    bits,
    rawFit: (bits * rawFitPerMbit) / MBIT,
    fit,
    fitUpperBound,
    ...(fit > 0 && { mttfHours: FIT_HOURS / fit }),
    ...(fitUpperBound > 0 && { mttfLowerBoundHours: FIT_HOURS / fitUpperBound }),
  };
}
