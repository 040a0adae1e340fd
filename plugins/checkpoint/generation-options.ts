// Options of every policy that takes checkpoints: how many are kept, and when one counts as known-good.
import type { CheckpointPolicy, CheckpointProgress } from "../../core/index.ts";

export const generationOptions = {
  generations: {
    type: "integer",
    minimum: 1,
    maximum: 8,
    default: 1,
    description:
      "Checkpoints kept; recovery goes back to an older one where a newer one is of no use",
  },
  cleanSteps: {
    type: "integer",
    minimum: 0,
    default: 0,
    description: "Steps without a divergence after which a checkpoint counts as known-good",
  },
} as const;

export const policyOf = (
  options: Readonly<Record<string, unknown>>,
  shouldCheckpoint: (progress: CheckpointProgress) => boolean,
): CheckpointPolicy => ({
  shouldCheckpoint,
  generations: options["generations"] as number,
  cleanSteps: options["cleanSteps"] as number,
});
