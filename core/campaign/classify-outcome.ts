// What an experiment comes to, from what was seen of it: one rule for all modes.
import type { Outcome } from "../api/experiment.ts";

/** How the struck run ended. */
export type RunEnd =
  /** As the run without faults, or surely going to. */
  | "golden"
  /** Given up after something was detected. */
  | "stopped"
  /** The guest ended in another way, as those do that notice that they failed. */
  | "otherwise"
  /** It waits for what never comes, or runs for much longer. */
  | "hang";

export interface SeenRun {
  readonly isDetected: boolean;
  /** An output differs, or never came although the guest ended as it should. */
  readonly wrongOutput: "none" | "before-detection" | "after-detection";
  readonly end: RunEnd;
}

export function outcomeOf({ isDetected, wrongOutput, end }: SeenRun): Outcome {
  if (wrongOutput === "after-detection") return "recovered-wrong";
  // What left before anybody noticed left unnoticed. A guest alone that fails does so for all to see, whatever it said.
  if (wrongOutput === "before-detection" && (isDetected || end === "golden" || end === "stopped")) {
    return "silent-corruption";
  }
  if (end === "stopped") return "stopped";
  if (end === "golden") return isDetected ? "recovered" : "masked";
  // Who recovers claims that the run goes on as it would have.
  if (isDetected) return "recovered-wrong";
  return end === "hang" ? "hang" : "crash";
}
