// Where a fault was to happen, for people.
import type { FaultNotReached } from "../api/vmm.ts";

/** "replica 1", "core 0". */
export function faultPlaceText({
  replica,
  core,
}: Pick<FaultNotReached, "replica" | "core">): string {
  return core === undefined ? `replica ${replica}` : `core ${core}`;
}
