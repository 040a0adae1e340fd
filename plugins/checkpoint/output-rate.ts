// A checkpoint once the guest has put out so much. What was committed cannot be taken back, and every replay since the
// checkpoint has to repeat it to the byte: a checkpoint soon after a burst of output keeps these replays short.
import type { CheckpointPolicyProvider } from "../../core/index.ts";
import { generationOptions, policyOf } from "./generation-options.ts";
import { checkStepInterval, maxStepsOption, minStepsOption } from "./step-interval.ts";

interface Options {
  readonly outputs: number;
  readonly outputBytes: number;
  readonly minSteps: number;
  readonly maxSteps: number;
}

export const outputRate: CheckpointPolicyProvider = {
  kind: "checkpoint",
  name: "output-rate",
  summary: "A known-good checkpoint once the guest has put out so much",
  isSteadyUnderFaults: true,
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      outputs: {
        type: "integer",
        minimum: 1,
        default: 100,
        description: "Outputs since the last checkpoint after which one is due",
      },
      outputBytes: {
        type: "integer",
        minimum: 1,
        default: 65_536,
        description: "Bytes put out since the last checkpoint after which one is due",
      },
      minSteps: minStepsOption,
      maxSteps: maxStepsOption,
      ...generationOptions,
    },
  },
  checkOptions: checkStepInterval,
  create(options) {
    const { outputs, outputBytes, minSteps, maxSteps } = options as unknown as Options;
    return policyOf(
      options,
      (progress) =>
        progress.steps >= maxSteps ||
        (progress.steps >= minSteps &&
          (progress.outputs >= outputs || progress.outputBytes >= outputBytes)),
    );
  },
};
