// Options of every policy that takes checkpoints: how many are kept, when one counts as known-good, and when its pages
// are compared.
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
  heldFrom: {
    type: "integer",
    minimum: 1,
    default: 1,
    description:
      "Written pages from which on they are held and compared while the replicas run on; with fewer, the replicas stop",
  },
  pagesPerEpoch: {
    type: "integer",
    minimum: 1,
    default: 512,
    description: "Held pages compared after each epoch",
  },
} as const;

export const policyOf = (
  options: Readonly<Record<string, unknown>>,
  shouldCheckpoint: (progress: CheckpointProgress) => boolean,
): CheckpointPolicy => ({
  shouldCheckpoint,
  generations: options["generations"] as number,
  cleanSteps: options["cleanSteps"] as number,
  heldFrom: options["heldFrom"] as number,
  pagesPerEpoch: options["pagesPerEpoch"] as number,
});
