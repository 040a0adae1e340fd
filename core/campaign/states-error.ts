// The frames for states of the run without faults, used up: what a campaign keeps there, and what makes it less.
import { ExtravirtError } from "../api/extravirt-error.ts";

/**
 * @param checks comparisons in full of the run without faults
 * @param states that are kept
 * @returns the error itself where it is something else
 */
export function statesError(error: unknown, checks: number, states: number): unknown {
  const isExhausted =
    error instanceof ExtravirtError && error.code === "XV_ERR_MEMORY_POOL_EXHAUSTED";
  if (!isExhausted) return error;
  return new ExtravirtError(
    "XV_ERR_CAMPAIGN_STATES",
    "There is no room for the states of the run without faults: each comparison in full keeps one, with the pages written since the one before.",
    {
      place: "checkpoint",
      value: `${checks} comparisons, ${states} states`,
      remedy:
        "Take fewer checkpoints, inject from a later step on (campaign.fromStep), or use campaign.mode: full.",
      cause: error,
    },
  );
}
