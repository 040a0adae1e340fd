// The parts of a fault space as strata: those that faults strike at all.
import type { FaultSpace, SpacePart, Stratum } from "../../core/index.ts";

export function struckParts({ parts }: FaultSpace): readonly SpacePart[] {
  return parts.filter(({ share }) => share > 0);
}

export function strataOf(space: FaultSpace): readonly Stratum[] {
  return struckParts(space).map((part) => ({
    name: part.name,
    part: part.name,
    points: pointsOf(part, space),
    share: part.share,
  }));
}

export function pointsOf({ sites }: SpacePart, { firstStep, endStep }: FaultSpace): number {
  return sites * (endStep - firstStep);
}
