// Where a fault happened or was to happen, for people.
import type { FaultInjected } from "../api/vmm.ts";

/** "replica 1", "core 0", "the coordinator", "a trial on core 0". */
export function faultPlaceText({
  replica,
  core,
  isTrial,
}: {
  readonly replica?: number | undefined;
  readonly core?: number | undefined;
  readonly isTrial?: boolean | undefined;
}): string {
  if (isTrial === true) return `a trial on core ${core}`;
  if (core !== undefined) return `core ${core}`;
  return replica === undefined ? "the coordinator" : `replica ${replica}`;
}

/** Where it struck, as it is told: by the replica, which says more than the core, but for trials. */
export const struckPlace = ({
  replica,
  core,
  isTrial,
}: Pick<FaultInjected, "replica" | "core" | "isTrial">): Parameters<typeof faultPlaceText>[0] =>
  isTrial === true ? { core, isTrial } : { replica };
