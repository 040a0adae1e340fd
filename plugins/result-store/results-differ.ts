// Two machines that do not agree on an experiment.
import { ExtravirtError } from "../../core/index.ts";

/**
 * @param experiment VARIANT/INDEX
 * @param first who had a result first
 */
export function resultsDiffer(experiment: string, first: string, place: string): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_CAMPAIGN_RESULTS_DIFFER",
    `Experiment ${experiment} has another result here than on ${first}, which had it first and is kept.`,
    {
      place,
      value: experiment,
      remedy:
        "Repeat it on both machines with `extravirt campaign rerun`: one of them computes wrongly, or runs another software.",
    },
  );
}
