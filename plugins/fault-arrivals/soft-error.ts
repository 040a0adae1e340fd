// Soft errors of a place on Earth: raw rates per structure, scaled by the neutron flux there, pressed into a run.
import { ExtravirtError, siteDrawer } from "../../core/index.ts";
import type { ArrivalProfile, ArrivalTarget, FaultArrivalProvider } from "../../core/index.ts";
import { arrivalsOf, endOf, struckCores } from "./arrival-process.ts";
import { fluxPlaceOf, PLACE_OPTIONS, placeText } from "./flux-place.ts";
import type { PlaceOptions } from "./flux-place.ts";
import { relativeNeutronFlux } from "./neutron-flux.ts";
import { CORES_OPTION, SEED_OPTION, UNTIL_OPTION } from "./shared-options.ts";
import { rawRates, STRUCTURE_OPTIONS } from "./soft-error-structures.ts";
import type { StructureOptions } from "./soft-error-structures.ts";

const HOURS_PER_YEAR = 8760;
const SECONDS_PER_HOUR = 3600;
/** FIT count events in so many hours. */
const FIT_HOURS = 1e9;

interface Options extends PlaceOptions, StructureOptions {
  readonly seed: number;
  readonly yearsInRun: number;
  readonly missionHours: number;
  readonly untilSteps?: number;
  readonly cores?: readonly number[];
}

export const softError: FaultArrivalProvider = {
  kind: "fault-arrival",
  name: "soft-error",
  summary: "Soft errors of a place on Earth, years of them pressed into a run",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["yearsInRun"],
    properties: {
      seed: SEED_OPTION,
      yearsInRun: {
        type: "number",
        exclusiveMinimum: 0,
        description: "Years of operation of each core that the run stands for",
      },
      missionHours: {
        type: "number",
        exclusiveMinimum: 0,
        default: HOURS_PER_YEAR,
        description: "Hours of a mission, for figures of reliability",
      },
      untilSteps: UNTIL_OPTION,
      cores: CORES_OPTION,
      ...PLACE_OPTIONS,
      ...STRUCTURE_OPTIONS,
    },
  },
  expand(options, target) {
    const { seed, cores } = options as unknown as Options;
    const { profile, untilSteps } = situationOf(options as unknown as Options, target);
    const open = profile.rates.filter(({ isProtected }) => !isProtected);
    const drawers = open.map(({ model }) => siteDrawer(target.model(model), target, {}, "use"));
    const weights = open.map(({ fit }) => fit);
    const perHour = weights.reduce((sum, fit) => sum + fit, 0) / FIT_HOURS;
    return arrivalsOf({
      seed,
      rate: (perHour * profile.hoursInRun) / untilSteps,
      untilSteps,
      cores: struckCores(cores, target),
      draw(stream) {
        const index = stream.weighted(weights);
        return { use: open[index]!.model, ...drawers[index]!(stream) };
      },
    });
  },
  profile(options, target) {
    const { profile } = situationOf(options as unknown as Options, target);
    if (profile.cores > 0) return profile;
    throw new ExtravirtError(
      "XV_ERR_ARRIVAL_CORE",
      "No replica runs on the cores that are struck.",
      {
        place: "cores",
        value: String((options as unknown as Options).cores),
        remedy: `Add one of those that run replicas, from 0 to ${target.busyCores - 1}: rates are those of cores in use.`,
      },
    );
  },
};

/** Those on which the first replicas run; the others wait for witnesses. */
const struckBusyCores = ({ cores }: Options, target: ArrivalTarget): readonly number[] =>
  struckCores(cores, target).filter((core) => core < target.busyCores);

function situationOf(
  options: Options,
  target: ArrivalTarget,
): { readonly profile: ArrivalProfile; readonly untilSteps: number } {
  const untilSteps = endOf(options.untilSteps, target)!;
  const place = fluxPlaceOf(options);
  const relativeFlux = relativeNeutronFlux(place);
  const hoursInRun = options.yearsInRun * HOURS_PER_YEAR;
  const runHours = untilSteps / target.stepsPerSecond / SECONDS_PER_HOUR;
  return {
    untilSteps,
    profile: {
      place: placeText(options, place),
      relativeFlux,
      cores: struckBusyCores(options, target).length,
      rates: rawRates(options, target).map((rate) => ({ ...rate, fit: rate.fit * relativeFlux })),
      hoursInRun,
      acceleration: hoursInRun / runHours,
      missionHours: options.missionHours,
    },
  };
}
