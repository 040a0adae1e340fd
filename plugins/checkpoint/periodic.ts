// A checkpoint every so many epochs.
import type { CheckpointPolicyProvider } from "../../core/index.ts";

export const periodic: CheckpointPolicyProvider = {
  kind: "checkpoint",
  name: "periodic",
  summary: "A known-good checkpoint every so many epochs",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      everyEpochs: {
        type: "integer",
        minimum: 1,
        default: 100,
        description: "Epochs between checkpoints",
      },
    },
  },
  create: (options) => ({
    shouldCheckpoint: ({ epochs }) => epochs >= (options["everyEpochs"] as number),
  }),
};
