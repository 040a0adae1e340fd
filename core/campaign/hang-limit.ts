// When a guest counts as hanging: after so many times what the run without faults took from where faults begin, in steps,
// or in epochs where it sleeps from timer to timer and hardly executes anything. A long boot before the first fault would
// otherwise have every guest that hangs be followed for several boots.
import { epochOfStep } from "./golden-epochs.ts";
import type { GoldenFacts } from "./golden-run.ts";

export interface HangLimit {
  /** Of the run, from power-on. */
  readonly steps: number;
  readonly epochs: number;
}

/** Short runs have few epochs, and a guest that only lost its way a little may need some more. */
const SPARE_EPOCHS = 100;

/** @param fromStep before which no fault comes */
export function hangLimitOf(
  facts: Pick<GoldenFacts, "steps" | "epochs" | "epochEnds">,
  factor: number,
  fromStep: number,
): HangLimit {
  const { steps, epochs } = facts;
  const from = Math.min(fromStep, steps);
  const fromEpoch = epochOfStep(facts, from);
  return {
    steps: from + Math.ceil((steps - from) * factor),
    epochs: fromEpoch + Math.ceil((epochs - fromEpoch) * factor) + SPARE_EPOCHS,
  };
}
