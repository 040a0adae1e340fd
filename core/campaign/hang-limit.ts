// When a guest counts as hanging: after so many times what the run without faults took, in steps, or in epochs where it
// sleeps from timer to timer and hardly executes anything.
import type { GoldenFacts } from "./golden-run.ts";

export interface HangLimit {
  /** Of the run, from power-on. */
  readonly steps: number;
  readonly epochs: number;
}

/** Short runs have few epochs, and a guest that only lost its way a little may need some more. */
const SPARE_EPOCHS = 100;

export function hangLimitOf(
  { steps, epochs }: Pick<GoldenFacts, "steps" | "epochs">,
  factor: number,
): HangLimit {
  return {
    steps: Math.ceil(steps * factor),
    epochs: Math.ceil(epochs * factor) + SPARE_EPOCHS,
  };
}
