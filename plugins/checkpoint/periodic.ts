// A checkpoint at regular distances: in epochs, in steps, or in virtual time.
import type { CheckpointPolicyProvider, CheckpointProgress } from "../../core/index.ts";
import { generationOptions, policyOf } from "./generation-options.ts";

/** Virtual time runs at 10 MHz. */
const TICKS_PER_MS = 10_000;
const DEFAULT_EPOCHS = 100;

interface Options {
  readonly everyEpochs?: number;
  readonly everySteps?: number;
  readonly everyMs?: number;
}

const INTERVALS = ["everyEpochs", "everySteps", "everyMs"] as const;
const interval = { type: "integer", minimum: 1 } as const;

export const periodic: CheckpointPolicyProvider = {
  kind: "checkpoint",
  name: "periodic",
  summary: "A known-good checkpoint every so many epochs, steps or milliseconds of virtual time",
  isSteadyUnderFaults: true,
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      everyEpochs: {
        ...interval,
        description: "Epochs between checkpoints; 100 where no interval is given",
      },
      everySteps: { ...interval, description: "Steps between checkpoints" },
      everyMs: {
        ...interval,
        description:
          "Milliseconds of virtual time between checkpoints, time slept through included",
      },
      ...generationOptions,
    },
  },
  checkOptions(options) {
    const [first, second] = INTERVALS.filter((name) => options[name] !== undefined);
    if (first === undefined || second === undefined) return undefined;
    return {
      option: second,
      problem: `${first} is set too, and checkpoints have one interval`,
      remedy: `Keep one of ${first} and ${second}; \`${first}: null\` drops what a config under \`extends\` says.`,
    };
  },
  create(options) {
    const { everyEpochs, everySteps, everyMs } = options as Options;
    return policyOf(options, dueAfter(everyEpochs, everySteps, everyMs));
  },
};

function dueAfter(
  everyEpochs: number | undefined,
  everySteps: number | undefined,
  everyMs: number | undefined,
): (progress: CheckpointProgress) => boolean {
  if (everySteps !== undefined) return ({ steps }) => steps >= everySteps;
  if (everyMs !== undefined) return ({ ticks }) => ticks >= everyMs * TICKS_PER_MS;
  return ({ epochs }) => epochs >= (everyEpochs ?? DEFAULT_EPOCHS);
}
