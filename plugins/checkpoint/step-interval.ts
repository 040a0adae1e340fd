// Bounds on the distance of checkpoints, for policies that otherwise go by what the guest does.
import type { OptionsConflict } from "../../core/index.ts";

export const maxStepsOption = {
  type: "integer",
  minimum: 1,
  default: 5_000_000_000,
  description: "Steps after which a checkpoint is taken in any case",
} as const;

export const minStepsOption = {
  type: "integer",
  minimum: 0,
  default: 5_000_000,
  description: "Steps before which none is taken",
} as const;

/** The least distance must not be above the greatest. */
export function checkStepInterval(
  options: Readonly<Record<string, unknown>>,
): OptionsConflict | undefined {
  const { minSteps, maxSteps } = options as { minSteps: number; maxSteps: number };
  if (minSteps <= maxSteps) return undefined;
  return {
    option: "minSteps",
    problem: `maxSteps is ${maxSteps}`,
    remedy: "Write a number of steps that is not above maxSteps, or raise maxSteps.",
  };
}
