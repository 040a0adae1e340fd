// No checkpoint but power-on: recovery replays from the start.
import type { CheckpointPolicyProvider } from "../../core/index.ts";

export const never: CheckpointPolicyProvider = {
  kind: "checkpoint",
  name: "never",
  summary: "No checkpoint after power-on; recovery replays everything",
  isSteadyUnderFaults: true,
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({ shouldCheckpoint: () => false }),
};
