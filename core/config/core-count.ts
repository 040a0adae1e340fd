// How many cores a run has: as many as its placement says, or one more than replicas, for the witness of a recovery.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { PlacementPlan } from "../api/placement.ts";
import type { ReplicationPlan } from "../api/replication.ts";

/** @throws XV_ERR_CONFIG_CORES when there is not one for each replica. */
export function coreCount(
  { replicas }: Pick<ReplicationPlan, "replicas">,
  { cores = replicas + 1 }: Pick<PlacementPlan, "cores">,
  place = "placement.cores",
): number {
  if (cores >= replicas) return cores;
  throw new ExtravirtError(
    "XV_ERR_CONFIG_CORES",
    `${cores} core${cores === 1 ? "" : "s"} cannot run ${replicas} replicas: no two of them may share one.`,
    {
      place,
      value: String(cores),
      remedy: `Write ${replicas} at least, and ${replicas + 1} or more where a recovery is to find a core for its witness.`,
    },
  );
}
