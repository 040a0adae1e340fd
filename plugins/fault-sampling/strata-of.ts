// The parts of a fault space as strata.
import type { FaultSpace, SpacePart, Stratum } from "../../core/index.ts";

export function strataOf(space: FaultSpace): readonly Stratum[] {
  return space.parts.map((part) => ({
    name: part.name,
    part: part.name,
    points: pointsOf(part, space),
    share: part.share,
  }));
}

function pointsOf({ sites }: SpacePart, { firstStep, endStep }: FaultSpace): number {
  return sites * (endStep - firstStep);
}
