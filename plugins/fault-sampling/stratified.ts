// Each part of the fault space - a model, or a model and a group of registers - gets a number of experiments of its own:
// small parts that matter are not left to chance. Shares of the whole are then weighted.
//
//   equal          n / H each
//   proportional   n W, W the share of the part
//   neyman         n W s / sum of W s, s = sqrt(p (1 - p)) with p the share of failures that is expected there: the least
//                  variance of the whole (Neyman, "On the two different aspects of the representative method",
//                  J. R. Statist. Soc. 97, 1934)
import { ExtravirtError } from "../../core/index.ts";
import type { FaultSamplingProvider, FaultSpace, SpacePart } from "../../core/index.ts";
import { PointStream } from "./point-stream.ts";
import { struckParts, strataOf } from "./strata-of.ts";

interface Options {
  readonly allocation: "equal" | "proportional" | "neyman";
  readonly expected?: Readonly<Record<string, number>>;
}

/** Expected where nobody says: as if nothing were known. */
const UNKNOWN = 0.5;

export const stratified: FaultSamplingProvider = {
  kind: "fault-sampling",
  name: "stratified",
  summary: "A number of faults of its own for each model and group of registers",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      allocation: {
        type: "string",
        enum: ["equal", "proportional", "neyman"],
        default: "equal",
        description: "How experiments are divided among the parts of the fault space",
      },
      expected: {
        type: "object",
        additionalProperties: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
        description:
          "For `neyman`: share of failures expected in a part, by its name (register-bit-flip/integer) or that of its model; 0.5 elsewhere",
      },
    },
  },
  checkOptions(options) {
    const { allocation, expected } = options as unknown as Options;
    if (expected === undefined || allocation === "neyman") return undefined;
    return {
      option: "expected",
      problem: `the allocation is ${allocation}`,
      remedy: "Write `allocation: neyman`, or leave it out.",
    };
  },
  plan(options, space, { seed, count }) {
    const parts = struckParts(space);
    if (count < parts.length) throw tooFew(count, parts.length);
    const weights = weightsOf(options as unknown as Options, space);
    const streams = parts.map((_part, number) => new PointStream(seed, space, number));
    const given = parts.map(() => 0);
    return {
      strata: strataOf(space),
      allocation: "fixed",
      experiments: Array.from({ length: count }, (_, index) => {
        const number = nextOf(weights, given, index + 1);
        given[number]!++;
        const part = parts[number]!;
        return { index, fault: streams[number]!.draw(part), stratum: part.name, weight: 1 };
      }),
      notes: [],
    };
  },
};

/** Of all experiments. */
function weightsOf({ allocation, expected = {} }: Options, space: FaultSpace): readonly number[] {
  const parts = struckParts(space);
  const unknown = Object.keys(expected).find(
    (name) => !parts.some((part) => part.name === name || part.model.name === name),
  );
  if (unknown !== undefined) throw noSuchPart(unknown, parts);
  const weights = parts.map(({ name, model, share }) => {
    if (allocation === "equal") return 1;
    if (allocation === "proportional") return share;
    const p = expected[name] ?? expected[model.name] ?? UNKNOWN;
    return share * Math.sqrt(p * (1 - p));
  });
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / whole);
}

/**
 * The part that is furthest behind its number; those that have none yet come first. Any beginning of the plan is divided
 * as the whole is, to the next experiment.
 */
function nextOf(weights: readonly number[], given: readonly number[], total: number): number {
  const empty = given.indexOf(0);
  if (empty >= 0) return empty;
  let next = 0;
  let most = -Infinity;
  for (const [number, weight] of weights.entries()) {
    const behind = weight * total - given[number]!;
    if (behind > most) [next, most] = [number, behind];
  }
  return next;
}

function tooFew(count: number, parts: number): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_CAMPAIGN_SAMPLING",
    `${count} experiments are too few for ${parts} parts of the fault space: each needs one at least.`,
    {
      value: "stratified",
      remedy: `Raise campaign.experiments to ${parts} or more, or name fewer campaign.models.`,
    },
  );
}

function noSuchPart(name: string, parts: readonly SpacePart[]): ExtravirtError {
  return new ExtravirtError("XV_ERR_CAMPAIGN_SAMPLING", `The fault space has no part ${name}.`, {
    place: "expected",
    value: name,
    remedy: `Name one of ${parts.map((part) => part.name).join(", ")}, or a model.`,
  });
}
