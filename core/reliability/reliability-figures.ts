// From raw rates and the outcomes of injected faults to rates of failure. Terms of Mukherjee et al., "A systematic
// methodology to compute the architectural vulnerability factors for a high-performance microprocessor", MICRO 2003:
//
//   derated rate = raw rate x share of faults with that outcome, summed over structures
//   DUE          detected, unrecoverable error: the run stopped and released nothing wrong
//   SDC          silent data corruption: something wrong was released
//   MTTF         10^9 hours / rate in FIT
//
// Bounds are exact for each structure (Clopper-Pearson) and hold together (Bonferroni): a structure in which nothing
// was injected counts with its whole raw rate.
import type { ArrivalProfile, RawRate } from "../api/fault-arrival.ts";
import { upperBound } from "../statistics/binomial-bounds.ts";
import type { ClassifiedFault, FaultOutcome } from "./fault-outcomes.ts";

const FIT_HOURS = 1e9;

export const OUTCOMES: readonly FaultOutcome[] = [
  "masked",
  "recovered",
  "stopped",
  "wrong",
  "unseen",
];

export interface StructureFigures {
  readonly structure: string;
  readonly model: string;
  /** Of one core; absent where the rate is none per bit. */
  readonly bits?: number;
  readonly isProtected: boolean;
  /** Of all cores. */
  readonly rawFit: number;
  readonly faultsPerMission: number;
  readonly injected: number;
  readonly outcomes: Readonly<Record<FaultOutcome, number>>;
}

export interface FailureRate {
  /** Faults whose outcome could be told. */
  readonly trials: number;
  readonly events: number;
  /** Absent where a structure that is struck had no trial. */
  readonly fit?: number;
  /** With the confidence of the figures. */
  readonly fitUpperBound: number;
  /** Absent where `fit` is or nothing was seen. */
  readonly mttfHours?: number;
  readonly mttfLowerBoundHours: number;
}

export interface ReliabilityFigures {
  readonly place: string;
  readonly relativeFlux: number;
  readonly cores: number;
  readonly hoursInRun: number;
  readonly acceleration: number;
  readonly missionHours: number;
  readonly confidence: number;
  readonly runs: number;
  readonly structures: readonly StructureFigures[];
  readonly rawFit: number;
  /** What protection leaves. */
  readonly unprotectedFit: number;
  readonly faultsPerMission: number;
  /** Faults of models that no structure has. */
  readonly otherFaults: number;
  /** Recovered, stopped or wrong: no less than what would have shown without replicas, which notice more than shows. */
  readonly noticed: FailureRate;
  readonly detectedUnrecoverable: FailureRate;
  /** Absent where no run was compared with a fault-free one. */
  readonly silent?: FailureRate;
}

export interface Evidence {
  readonly runs: number;
  readonly faults: readonly ClassifiedFault[];
  /** Of all bounds, such as 0.95. */
  readonly confidence: number;
}

export function reliabilityFigures(
  profile: ArrivalProfile,
  evidence: Evidence,
): ReliabilityFigures {
  const { runs, faults, confidence } = evidence;
  const { place, relativeFlux, cores, rates, hoursInRun, acceleration, missionHours } = profile;
  const perMission = (fit: number): number => (fit * missionHours) / FIT_HOURS;
  const structures = rates.map((rate): StructureFigures => {
    const struck = faults.filter(({ use }) => use === rate.model);
    const { fit, ...what } = rate;
    const rawFit = fit * cores;
    return {
      ...what,
      rawFit,
      faultsPerMission: perMission(rawFit),
      injected: struck.length,
      outcomes: countOutcomes(struck),
    };
  });
  const open = structures.filter(({ isProtected }) => !isProtected);
  const rateOf = (isEvent: Test, isTrial: Test): FailureRate =>
    failureRate(open, faults, confidence, isEvent, isTrial);
  const rawFit = sum(structures.map((s) => s.rawFit));
  return {
    place,
    relativeFlux,
    cores,
    hoursInRun,
    acceleration,
    missionHours,
    confidence,
    runs,
    structures,
    rawFit,
    unprotectedFit: sum(open.map((s) => s.rawFit)),
    faultsPerMission: perMission(rawFit),
    otherFaults: faults.filter(({ use }) => !rates.some(({ model }) => model === use)).length,
    noticed: rateOf(
      ({ outcome }) => outcome !== "masked",
      ({ outcome }) => outcome !== "unseen",
    ),
    detectedUnrecoverable: rateOf(
      ({ outcome }) => outcome === "stopped",
      ({ outcome }) => outcome !== "unseen",
    ),
    ...(faults.some(({ isCompared }) => isCompared) && {
      silent: rateOf(
        ({ outcome }) => outcome === "wrong",
        ({ isCompared }) => isCompared,
      ),
    }),
  };
}

type Test = (fault: ClassifiedFault) => boolean;

function failureRate(
  structures: readonly Pick<RawRate & StructureFigures, "model" | "rawFit">[],
  faults: readonly ClassifiedFault[],
  confidence: number,
  isEvent: Test,
  isTrial: Test,
): FailureRate {
  const each = 1 - (1 - confidence) / Math.max(1, structures.length);
  const parts = structures.map(({ model, rawFit }) => {
    const tried = faults.filter((fault) => fault.use === model && isTrial(fault));
    const events = tried.filter(isEvent).length;
    const bound = tried.length === 0 ? 1 : upperBound(events, tried.length, each);
    return { trials: tried.length, events, rawFit, bound };
  });
  const isMeasured = parts.every(({ trials }) => trials > 0);
  const fit = sum(parts.map(({ rawFit, events, trials }) => (rawFit * events) / (trials || 1)));
  const fitUpperBound = sum(parts.map(({ rawFit, bound }) => rawFit * bound));
  return {
    trials: sum(parts.map(({ trials }) => trials)),
    events: sum(parts.map(({ events }) => events)),
    ...(isMeasured && { fit }),
    fitUpperBound,
    ...(isMeasured && fit > 0 && { mttfHours: FIT_HOURS / fit }),
    mttfLowerBoundHours: FIT_HOURS / fitUpperBound,
  };
}

function countOutcomes(faults: readonly ClassifiedFault[]): Record<FaultOutcome, number> {
  const count = (wanted: FaultOutcome): number =>
    faults.filter(({ outcome }) => outcome === wanted).length;
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count(outcome)])) as Record<
    FaultOutcome,
    number
  >;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
