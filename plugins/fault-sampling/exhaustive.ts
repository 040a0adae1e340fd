// Every point of the fault space, once: for small guests, or a short range of steps. Nothing is estimated then.
import { ExtravirtError } from "../../core/index.ts";
import type { Experiment, FaultSamplingProvider, FaultSpace, SpacePart } from "../../core/index.ts";
import { faultAt } from "./fault-at.ts";
import { pointsOf, strataOf, struckParts } from "./strata-of.ts";

export const exhaustive: FaultSamplingProvider = {
  kind: "fault-sampling",
  name: "exhaustive",
  summary: "Every bit of every site before every step, for small fault spaces",
  schema: { type: "object", additionalProperties: false, properties: {} },
  plan(_options, space, { count }) {
    const parts = struckParts(space);
    const points = parts.reduce((sum, part) => sum + pointsOf(part, space), 0);
    if (points > count) throw tooMany(points, count, "points");
    const experiments: Experiment[] = [];
    allPoints(space, parts, experiments);
    return {
      strata: strataOf(space),
      allocation: "every-point",
      experiments,
      notes: replicaNotes(space),
    };
  },
};

/** @param parts of the space */
export function allPoints(
  space: FaultSpace,
  parts: readonly SpacePart[],
  experiments: Experiment[],
): void {
  const [replica = 0] = space.replicas;
  for (const part of parts) {
    for (let step = space.firstStep; step < space.endStep; step++) {
      for (let site = 0; site < part.sites; site++) {
        experiments.push({
          index: experiments.length,
          fault: faultAt(part, site, step, replica),
          stratum: part.name,
          weight: 1,
        });
      }
    }
  }
}

/** The replica is no dimension of the space: all start alike. */
export function replicaNotes({ replicas }: FaultSpace): readonly string[] {
  return replicas.length > 1 ? [`All faults strike replica ${replicas[0]}.`] : [];
}

export function tooMany(needed: number, count: number, what: string): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_CAMPAIGN_SAMPLING",
    `The fault space has ${needed.toLocaleString("en")} ${what}, more than the ${count.toLocaleString("en")} experiments of the campaign.`,
    {
      value: needed.toLocaleString("en"),
      remedy: `Raise campaign.experiments to ${needed}; or narrow campaign.fromStep, untilStep, models or registerGroups; or take a sample.`,
    },
  );
}
