// Whether figures of two campaigns are about the same: faults of the same space, drawn in the same way.
import type { PlanFacts } from "./plan-facts.ts";

type Space = Pick<PlanFacts, "parts" | "firstStep" | "endStep">;

/** Parts, sites and steps. */
export const hasSamePoints = (one: Space, other: Space): boolean =>
  pointsText(one) === pointsText(other);

/** Each part is struck as often. */
export const hasSameShares = (one: Space, other: Space): boolean =>
  sharesText(one) === sharesText(other);

export const isSameSpace = (one: Space, other: Space): boolean =>
  one.firstStep === other.firstStep && hasSamePoints(one, other) && hasSameShares(one, other);

/** One random sample of the whole space, every experiment of the same weight: plain counts are proportions. */
export const isPlainSample = ({
  allocation,
  strata,
}: Pick<PlanFacts, "allocation" | "strata">): boolean =>
  allocation === "proportional" && strata.every(({ known }) => known === undefined);

function pointsText({ parts, firstStep, endStep }: Space): string {
  return JSON.stringify([
    endStep - firstStep,
    parts.map(({ name, sites }) => [name, sites]).toSorted(),
  ]);
}

/** Sums of weights in another order differ in their last digits. */
const DIGITS = 9;

function sharesText({ parts }: Space): string {
  return JSON.stringify(
    parts.map(({ name, share }) => [name, share.toPrecision(DIGITS)]).toSorted(),
  );
}
