// What an experiment comes to, from what was seen of it: one rule for all modes.
import type { Outcome } from "../api/experiment.ts";

/** How the struck run ended. */
export type RunEnd =
  /** As the run without faults, or surely going to. */
  | "golden"
  /** Given up after something was detected. */
  | "stopped"
  /** The guest failed, or ended otherwise. */
  | "otherwise"
  | "hang";

export interface SeenRun {
  readonly isDetected: boolean;
  /** An output differs, or never came although the guest ended as it should. */
  readonly wrongOutput: "none" | "before-detection" | "after-detection";
  readonly end: RunEnd;
}

export function outcomeOf({ isDetected, wrongOutput, end }: SeenRun): Outcome {
  if (wrongOutput === "before-detection") return "silent-corruption";
  if (wrongOutput === "after-detection") return "recovered-wrong";
  if (end === "stopped") return "stopped";
  if (end === "golden") return isDetected ? "recovered" : "masked";
  // Who recovers claims that the run goes on as it would have.
  if (isDetected) return "recovered-wrong";
  return end === "hang" ? "hang" : "crash";
}
