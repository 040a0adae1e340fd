// A checkpoint when it pays: the interval comes from what a checkpoint costs and how often faults are expected.
// With `cost: estimated` everything follows from the guest's own progress, so that checkpoints of a repeated run fall on
// the same epochs; `measured` goes by the wall clock, and fits the host where the estimate does not.
import type { CheckpointPolicyProvider, CheckpointProgress } from "../../core/index.ts";
import { generationOptions, policyOf } from "./generation-options.ts";
import { dalyInterval, youngInterval } from "./optimum-interval.ts";

const MS_PER_HOUR = 3_600_000;
const STEPS_PER_MS_AND_MIPS = 1000;

interface Options {
  readonly faultsPerHour: number;
  readonly formula: "daly" | "young";
  readonly cost: "estimated" | "measured";
  readonly fixedPauseMs: number;
  readonly pagePauseUs: number;
  readonly assumedMips: number;
  readonly maxIntervalMs: number;
}

const positive = { type: "number", exclusiveMinimum: 0 } as const;

export const adaptive: CheckpointPolicyProvider = {
  kind: "checkpoint",
  name: "adaptive",
  summary: "A known-good checkpoint when its cost is worth the work that a fault would lose",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      faultsPerHour: {
        ...positive,
        default: 1,
        description:
          "Expected faults that make a replay necessary, of all replicas together, per hour",
      },
      formula: {
        enum: ["daly", "young"],
        default: "daly",
        description: "Interval after Daly 2006 (higher order) or after Young 1974 (first order)",
      },
      cost: {
        enum: ["estimated", "measured"],
        default: "estimated",
        description:
          "What a checkpoint costs: estimated from the pages written, so that a repeated run has its checkpoints at the same epochs; or as the last ones took on this host, in wall time",
      },
      fixedPauseMs: {
        type: "number",
        minimum: 0,
        default: 1,
        description: "Estimate: milliseconds of a checkpoint without any page",
      },
      pagePauseUs: {
        ...positive,
        default: 4,
        description: "Estimate: microseconds per page written",
      },
      assumedMips: {
        ...positive,
        default: 1000,
        description: "Estimate: million steps that the guest does in a second",
      },
      maxIntervalMs: {
        ...positive,
        default: 60_000,
        description: "Milliseconds after which a checkpoint is taken in any case",
      },
      ...generationOptions,
    },
  },
  create(options) {
    const { faultsPerHour, formula, cost, maxIntervalMs, ...figures } =
      options as unknown as Options;
    const meanBetweenFaultsMs = MS_PER_HOUR / faultsPerHour;
    const intervalOf = formula === "young" ? youngInterval : dalyInterval;
    const estimatedPauseMs = ({ dirtyPages }: CheckpointProgress): number =>
      figures.fixedPauseMs + (figures.pagePauseUs * dirtyPages) / 1000;
    const pauseMsOf = (progress: CheckpointProgress): number =>
      cost === "measured" && progress.pauseMs !== undefined
        ? progress.pauseMs
        : estimatedPauseMs(progress);
    const elapsedMsOf = ({ wallMs, steps }: CheckpointProgress): number =>
      cost === "measured" ? wallMs : steps / (figures.assumedMips * STEPS_PER_MS_AND_MIPS);
    return policyOf(options, (progress) => {
      const intervalMs = intervalOf(pauseMsOf(progress), meanBetweenFaultsMs);
      return elapsedMsOf(progress) >= Math.min(intervalMs, maxIntervalMs);
    });
  },
};
