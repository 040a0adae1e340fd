// A checkpoint once the guest has written so many pages: bounds the pause, which grows with them, and the frames that
// replicas hold for themselves.
import type { CheckpointPolicyProvider } from "../../core/index.ts";
import { generationOptions, policyOf } from "./generation-options.ts";
import { maxStepsOption } from "./step-interval.ts";

interface Options {
  readonly pages: number;
  readonly maxSteps: number;
}

export const dirtyPages: CheckpointPolicyProvider = {
  kind: "checkpoint",
  name: "dirty-pages",
  summary: "A known-good checkpoint once the guest has written so many pages",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      pages: {
        type: "integer",
        minimum: 1,
        default: 4096,
        description: "Pages of 4 KiB written since the last checkpoint after which one is due",
      },
      maxSteps: maxStepsOption,
      ...generationOptions,
    },
  },
  create(options) {
    const { pages, maxSteps } = options as unknown as Options;
    return policyOf(
      options,
      (progress) => progress.dirtyPages >= pages || progress.steps >= maxSteps,
    );
  },
};
