// Results of a campaign that never ran, and the facts of its plan.
import type { ExperimentResult, FaultConfig, Stratum, StoredResult } from "../../../core/index.ts";
import type { PlanFacts } from "../../../core/statistics/plan-facts.ts";

export function fakeResult(
  index: number,
  changes: Partial<ExperimentResult> = {},
  experiment: Partial<StoredResult["experiment"]> & { readonly fault?: FaultConfig } = {},
): StoredResult {
  const fault = { use: "register-bit-flip", at: 10, replica: 0, register: "x5", bit: 3 };
  return {
    index,
    outcome: "masked",
    injected: "x5 bit 3: 0x0 -> 0x8",
    injectedAt: 10,
    ended: "converged",
    ...changes,
    variant: "base",
    experiment: { index, fault, stratum: "register-bit-flip/integer", weight: 1, ...experiment },
  };
}

export const INTEGERS: Stratum = {
  name: "register-bit-flip/integer",
  part: "register-bit-flip/integer",
  points: 200_000,
  share: 1,
};

export function fakeFacts(changes: Partial<PlanFacts> = {}): PlanFacts {
  return {
    planned: 100,
    allocation: "proportional",
    strata: [INTEGERS],
    notes: [],
    parts: [
      {
        name: INTEGERS.part,
        model: "register-bit-flip",
        group: "integer",
        sites: 200,
        share: 1,
        isStorage: true,
      },
    ],
    firstStep: 0,
    endStep: 1000,
    ...changes,
  };
}

/** @param counts outcome and how often, in order of index */
export function resultsOf(
  counts: readonly (readonly [ExperimentResult["outcome"], number])[],
): readonly StoredResult[] {
  return counts
    .flatMap(([outcome, times]) => Array.from({ length: times }, () => outcome))
    .map((outcome, index) => fakeResult(index, { outcome }));
}
