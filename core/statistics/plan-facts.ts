// What statistics have to know of a fault space and of what was sampled of it: plain data, kept beside the results.
import type { Allocation, FaultSpace, SamplingPlan, Stratum } from "../api/fault-sampling.ts";
import type { RegisterAccess } from "../api/processor.ts";

export interface PartFacts {
  readonly name: string;
  readonly model: string;
  readonly group?: RegisterAccess["group"];
  /** Ways to strike before one step. */
  readonly sites: number;
  readonly share: number;
  /** They are single bits that store something: raw rates per bit apply. */
  readonly isStorage: boolean;
}

export interface PlanFacts {
  /** Experiments. */
  readonly planned: number;
  /** How often results are looked at to decide whether there are enough; default: once, at the end. */
  readonly looks?: number;
  readonly allocation: Allocation;
  readonly strata: readonly Stratum[];
  readonly notes: readonly string[];
  readonly parts: readonly PartFacts[];
  readonly firstStep: number;
  readonly endStep: number;
}

export function planFactsOf(space: FaultSpace, plan: SamplingPlan): PlanFacts {
  const { allocation, strata, notes, experiments } = plan;
  return {
    planned: experiments.length,
    allocation,
    strata,
    notes,
    parts: space.parts.map(({ name, model, group, sites, share, siteAt }) => ({
      name,
      model: model.name,
      ...(group !== undefined && { group }),
      sites,
      share,
      isStorage: model.strikesStorage === true && (siteAt(0)["width"] ?? 1) === 1,
    })),
    firstStep: space.firstStep,
    endStep: space.endStep,
  };
}
