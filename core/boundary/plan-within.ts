// What a boundary asks of the replication. Device models below the replicas read their memory at the end of an epoch, and
// what they answer enters the next one: so nobody runs ahead, and all replicas have to stand at one boundary, with
// memory that the coordinator can read.
import type { BoundaryPlan } from "../api/boundary.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { PlacementPlan } from "../api/placement.ts";
import type { ReplicationPlan } from "../api/replication.ts";

/** @throws XV_ERR_CONFIG_BOUNDARY where they do not fit */
export function planWithin(
  { devices }: BoundaryPlan,
  plan: ReplicationPlan,
  use: string,
  { mode }: Pick<PlacementPlan, "mode">,
): ReplicationPlan {
  if (devices === "inside") return plan;
  if (mode === "process" || mode === "host") {
    throw boundaryMismatch(
      "Replicas in processes have memories of their own, and devices below have to read them.",
      "placement.use",
      "Use boundary: devices-inside, or placement: worker-threads.",
    );
  }
  if (plan.release === "primary") {
    throw boundaryMismatch(
      `The replication ${use} lets its backup lag behind, and devices below need all replicas at one boundary.`,
      "boundary.use",
    );
  }
  return { ...plan, runAheadEpochs: 1 };
}

export const boundaryMismatch = (
  message: string,
  place: string,
  remedy = "Use boundary: devices-inside, or another replication.",
): ExtravirtError =>
  new ExtravirtError("XV_ERR_CONFIG_BOUNDARY", message, {
    place,
    value: "devices-below",
    remedy,
  });
