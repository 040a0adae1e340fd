// Faults at random: a Poisson process per core, models by weight, sites uniform over the bits of what the model hits.
import { ExtravirtError, isDrawnUnasked, siteDrawer, undrawable } from "../../core/index.ts";
import type {
  ArrivalTarget,
  DrawSite,
  FaultArrivalProvider,
  FaultModel,
  RegisterAccess,
} from "../../core/index.ts";
import { arrivalsOf, endOf, struckCores } from "./arrival-process.ts";
import { CORES_OPTION, SEED_OPTION, UNTIL_OPTION } from "./shared-options.ts";

const STEPS_OF_RATE = 1e9;

interface Options {
  readonly seed: number;
  readonly faultsPerBillionSteps: number;
  readonly count?: number;
  readonly untilSteps?: number;
  readonly cores?: readonly number[];
  readonly registerGroups?: readonly RegisterAccess["group"][];
  readonly models?: readonly (
    | string
    | { readonly use: string; readonly weight?: number; readonly [option: string]: unknown }
  )[];
}

interface WeightedModel {
  readonly use: string;
  readonly weight: number;
  readonly drawSite: DrawSite;
}

export const random: FaultArrivalProvider = {
  kind: "fault-arrival",
  name: "random",
  summary: "Faults at random instants and places, by rate and seed",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["faultsPerBillionSteps"],
    properties: {
      seed: SEED_OPTION,
      faultsPerBillionSteps: {
        type: "number",
        minimum: 0,
        description: "Mean number of faults in 10^9 steps of one core",
      },
      untilSteps: UNTIL_OPTION,
      count: { type: "integer", minimum: 1, description: "Faults after which no more arrive" },
      cores: CORES_OPTION,
      registerGroups: {
        type: "array",
        minItems: 1,
        items: { type: "string", enum: ["integer", "float", "control", "pc"] },
        description: "Registers that faults in registers strike; default: all",
      },
      models: {
        type: "array",
        minItems: 1,
        items: {
          type: ["string", "object"],
          required: ["use"],
          properties: { use: { type: "string" }, weight: { type: "number", minimum: 0 } },
        },
        description:
          "Fault models, as names or as maps with `use`, `weight` (1) and options that are not drawn; default: all that strike the machine itself, pass, and can be drawn",
      },
    },
  },
  expand(options, target) {
    const { seed, faultsPerBillionSteps, count, untilSteps, cores } = options as unknown as Options;
    if (faultsPerBillionSteps === 0 && count !== undefined) throw neverReached(count);
    const models = modelsOf(options as unknown as Options, target);
    const weights = models.map(({ weight }) => weight);
    return arrivalsOf({
      seed,
      rate: faultsPerBillionSteps / STEPS_OF_RATE,
      untilSteps: faultsPerBillionSteps === 0 ? 0 : endOf(untilSteps, target, count),
      count,
      cores: struckCores(cores, target),
      draw(stream) {
        const { use, drawSite } = models[stream.weighted(weights)]!;
        return { use, ...drawSite(stream) };
      },
    });
  },
};

function modelsOf(options: Options, target: ArrivalTarget): readonly WeightedModel[] {
  const rules = options.registerGroups === undefined ? {} : { groups: options.registerGroups };
  if (options.models === undefined) {
    return target.models
      .filter((model) => isDrawnUnasked(model) && undrawable(model, target, rules) === undefined)
      .map((model) => ({
        use: model.name,
        weight: 1,
        drawSite: siteDrawer(model, target, rules, "models"),
      }));
  }
  const models = options.models.map((item, index): WeightedModel => {
    const { use, weight = 1, ...fixed } = typeof item === "string" ? { use: item } : item;
    const place = `models[${index}]`;
    const model = modelNamed(use, target, place);
    if (model.ofCoordinator !== undefined) throw strikesNoCore(use, place);
    return { use, weight, drawSite: siteDrawer(model, target, { ...rules, fixed }, place) };
  });
  if (models.some(({ weight }) => weight > 0)) return models;
  throw new ExtravirtError("XV_ERR_ARRIVAL_RATE", "All models have the weight 0.", {
    place: "models",
    value: "0",
    remedy: "Give one of them a positive `weight`, or remove the arrival.",
  });
}

function modelNamed(name: string, target: ArrivalTarget, place: string): FaultModel {
  try {
    return target.model(name);
  } catch (error) {
    if (!(error instanceof ExtravirtError)) throw error;
    const { code, message, value = name, remedy } = error;
    throw new ExtravirtError(code, message, { place, value, remedy });
  }
}

function strikesNoCore(use: string, place: string): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_ARRIVAL_MODEL_OPTIONS",
    `${use} strikes the coordinator, and faults of an arrival strike cores.`,
    {
      place,
      value: use,
      remedy: "Write it among `faults`, with its step, or leave it out.",
    },
  );
}

function neverReached(count: number): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_ARRIVAL_RATE",
    `At a rate of 0 the ${count} faults asked for never arrive.`,
    {
      place: "faultsPerBillionSteps",
      value: "0",
      remedy: "Write a positive rate, or remove `count`.",
    },
  );
}
