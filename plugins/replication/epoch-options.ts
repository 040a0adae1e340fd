// Options that every replication provider has in common.
import type { ReplicationPlan } from "../../core/index.ts";

export const epochOptions = {
  epochSteps: {
    type: "integer",
    minimum: 100,
    maximum: 1_000_000_000,
    default: 5_000_000,
    description:
      "Steps (instructions and traps) of an epoch; inputs enter and outputs leave at its ends",
  },
  runAheadEpochs: {
    type: "integer",
    minimum: 1,
    maximum: 64,
    default: 2,
    description: "Epochs granted beyond the last one agreed on",
  },
  watchdogMs: {
    type: "integer",
    minimum: 10,
    default: 20_000,
    description:
      "Wall milliseconds without a vote, while others wait, after which a replica counts as hung; ten times that when all are silent",
  },
} as const;

export function planOf(
  replicas: number,
  options: Readonly<Record<string, unknown>>,
): ReplicationPlan {
  return {
    replicas,
    epochSteps: options["epochSteps"] as number,
    runAheadEpochs: options["runAheadEpochs"] as number,
    watchdogMs: options["watchdogMs"] as number,
  };
}
