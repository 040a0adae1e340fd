// Fault sampling: which points of a fault space a campaign tries, and what each of them stands for.
import type { Experiment } from "./experiment.ts";
import type { FaultModel } from "./fault-model.ts";
import type { RegisterAccess, StepUse } from "./processor.ts";
import type { Provider } from "./provider.ts";

/** Integer and float registers that the run without faults used at a step, on the safe side (StepUse). */
export interface RegisterUse extends StepUse {
  readonly step: number;
}

/** Faults of one model; of one group of registers, where the model strikes those. */
export interface SpacePart {
  /** "memory-bit-flip", "register-bit-flip/integer" */
  readonly name: string;
  readonly model: FaultModel;
  readonly group?: RegisterAccess["group"];
  /** Ways to strike before one step: bits, most often. At least 1. */
  readonly sites: number;
  /** Share of all faults that strike here: the weights of the models, split by points. All parts' add up to 1. */
  readonly share: number;
  /** @returns all options of the model for a site, from 0 to `sites` - 1; neighbours are bits of one register or byte */
  siteAt(index: number): Readonly<Record<string, unknown>>;
}

/** Sites x steps of one variant: what faults could strike. */
export interface FaultSpace {
  readonly parts: readonly SpacePart[];
  /** Steps before which faults come: from `firstStep` up to, not including, `endStep`. */
  readonly firstStep: number;
  readonly endStep: number;
  /** Replicas that may be struck. */
  readonly replicas: readonly number[];
  /**
   * What the run without faults does with registers, step by step, from `firstStep` or before to its end; whoever has
   * enough stops. The end of an epoch is a use of all registers: replicas are compared there, and inputs may come.
   * Executes the run once more.
   * @throws XV_ERR_CAMPAIGN_SAMPLING where nobody can tell
   */
  uses(): Iterable<RegisterUse>;
}

export interface Stratum {
  readonly name: string;
  /** Name of the part of the space that it lies in. */
  readonly part: string;
  /** Points of the fault space in it. */
  readonly points: number;
  /** Share of all faults that strike it. All add up to 1. */
  readonly share: number;
  /** Present where all of its points end that way, known without an experiment. */
  readonly known?: "masked";
}

/**
 * proportional  strata were drawn with their shares: all experiments together are one random sample of the space
 * fixed         each stratum got a number of its own: only within a stratum they are one
 * every-point   they stand for every point of the space, so that counts are no estimates
 */
export type Allocation = "proportional" | "fixed" | "every-point";

export interface SamplingPlan {
  readonly strata: readonly Stratum[];
  readonly allocation: Allocation;
  /** In the order of their index. A longer plan of the same seed begins with a shorter one, unless it is of every point. */
  readonly experiments: readonly Experiment[];
  /** Facts for the report, in words: "93 % of the points were pruned: overwritten before they are read". */
  readonly notes: readonly string[];
}

export interface SamplingWish {
  readonly seed: number;
  /** Experiments at most. */
  readonly count: number;
}

export interface FaultSamplingProvider extends Provider {
  readonly kind: "fault-sampling";
  /**
   * DETERMINISM: depends on nothing but its arguments.
   * @throws ExtravirtError whose place is the name of the option that cannot be met.
   */
  plan(
    options: Readonly<Record<string, unknown>>,
    space: FaultSpace,
    wish: SamplingWish,
  ): SamplingPlan;
}
