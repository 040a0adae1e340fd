// Fault sampling: which points of a fault space a campaign tries, and what each of them stands for.
import type { ArrivalTarget } from "./fault-arrival.ts";
import type { Experiment } from "./experiment.ts";
import type { FaultModel } from "./fault-model.ts";
import type { RegisterAccess } from "./processor.ts";
import type { Provider } from "./provider.ts";

/** A model of faults in a fault space. */
export interface SpaceModel {
  readonly model: FaultModel;
  /** How often faults of this model come, relative to the others. */
  readonly weight: number;
  /** Options that are not drawn. */
  readonly fixed: Readonly<Record<string, unknown>>;
}

/** One access to a register in the run without faults, by the instruction executed at `step`. */
export interface RegisterUse {
  readonly step: number;
  readonly hart: number;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** Sites x bits x steps of one variant: what faults could strike. */
export interface FaultSpace {
  readonly target: ArrivalTarget;
  readonly models: readonly SpaceModel[];
  /** Registers that faults in registers strike. */
  readonly registerGroups: readonly RegisterAccess["group"][] | undefined;
  /** Steps before which faults come: from `firstStep` up to, not including, `endStep`. */
  readonly firstStep: number;
  readonly endStep: number;
  /** Replicas that may be struck. */
  readonly replicas: readonly number[];
  /** What the run without faults reads and writes, step by step. Executes it once more. */
  uses(): Iterable<RegisterUse>;
}

export interface Stratum {
  readonly name: string;
  /** Points of the fault space in it. */
  readonly points: number;
  /** Share of all faults that strike it: the weights of the models, split by points. All add up to 1. */
  readonly share: number;
}

export interface SamplingPlan {
  readonly strata: readonly Stratum[];
  /** Whether the experiments stand for every point of the space, so that counts are no estimates. */
  readonly isExhaustive: boolean;
  /** In the order of their index. A longer plan of the same seed begins with a shorter one. */
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
