// A point of a fault space as a fault.
import type { FaultConfig, SpacePart } from "../../core/index.ts";

export function faultAt(part: SpacePart, site: number, at: number, replica: number): FaultConfig {
  const { model } = part;
  // Faults of the coordinator strike none.
  const struck = model.ofCoordinator === undefined ? { replica } : {};
  return { use: model.name, ...struck, at, ...part.siteAt(site) };
}
