// A Poisson process per core: exponential gaps between faults. The stream of a core does not depend on which other
// cores are struck.
import { ExtravirtError, RandomStream } from "../../core/index.ts";
import type { ArrivalTarget, FaultConfig, Site } from "../../core/index.ts";

/** More would never be told apart in a report; the mistake is a rate in the wrong unit. */
const MAX_ARRIVALS = 100_000;

export interface ArrivalProcess {
  readonly seed: number;
  /** Events per step and core. */
  readonly rate: number;
  /** No event at this step or later; absent where `count` ends it. */
  readonly untilSteps?: number | undefined;
  /** Events of all cores together. */
  readonly count?: number | undefined;
  readonly cores: readonly number[];
  /** Model and site of an event. */
  draw(random: RandomStream): { readonly use: string } & Site;
}

/** In order of `at`, then of the core. */
export function arrivalsOf(process: ArrivalProcess): readonly FaultConfig[] {
  const { rate, untilSteps = Infinity, count = Infinity, cores } = process;
  if (rate === 0 || count === 0) return [];
  const expected = Math.min(rate * untilSteps * cores.length, count);
  if (expected > MAX_ARRIVALS) throw tooMany(expected);
  return cores
    .flatMap((core) => arrivalsAt(core, process, untilSteps, count))
    .toSorted((a, b) => a.at - b.at || coreOf(a) - coreOf(b))
    .slice(0, count);
}

function arrivalsAt(
  core: number,
  { seed, rate, draw }: ArrivalProcess,
  untilSteps: number,
  count: number,
): FaultConfig[] {
  const random = new RandomStream(seed, core);
  const arrivals: FaultConfig[] = [];
  let position = random.gap() / rate;
  // `count` is of all cores: the earliest of them may all strike this one.
  while (position < untilSteps && arrivals.length < count) {
    const { use, ...site } = draw(random);
    const at = Math.floor(position);
    if (!Number.isSafeInteger(at)) throw tooRare(rate);
    arrivals.push({ use, core, at, ...site });
    position += random.gap() / rate;
  }
  return arrivals;
}

const coreOf = ({ core = 0 }: FaultConfig): number => core;

/** @returns the cores to strike, by default all. @throws XV_ERR_ARRIVAL_CORE */
export function struckCores(chosen: unknown, target: ArrivalTarget): readonly number[] {
  const all = Array.from({ length: target.cores }, (_, core) => core);
  if (chosen === undefined) return all;
  const cores = [...new Set(chosen as readonly number[])].toSorted((a, b) => a - b);
  const wrong = cores.find((core) => core >= target.cores);
  if (wrong === undefined) return cores;
  throw new ExtravirtError("XV_ERR_ARRIVAL_CORE", `There is no core ${wrong}.`, {
    place: "cores",
    value: String(wrong),
    remedy: `Number cores from 0 to ${target.cores - 1}; \`placement.cores\` says how many there are.`,
  });
}

/** @returns the end of the process; undefined where a count ends it. @throws XV_ERR_ARRIVAL_RATE */
export function endOf(
  untilSteps: unknown,
  target: ArrivalTarget,
  count?: number,
): number | undefined {
  const end = (untilSteps as number | undefined) ?? (target.stepLimit || undefined);
  if (end !== undefined || count !== undefined) return end;
  throw new ExtravirtError("XV_ERR_ARRIVAL_RATE", "Nothing says when faults stop arriving.", {
    place: "untilSteps",
    value: "nothing",
    remedy:
      "Add `untilSteps` (the steps of a run without faults; `extravirt run` tells them), or set limits.steps.",
  });
}

function tooMany(expected: number): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_ARRIVAL_RATE",
    `About ${Math.round(expected).toLocaleString("en")} faults would arrive, more than ${MAX_ARRIVALS.toLocaleString("en")}.`,
    { value: String(expected), remedy: "Lower the rate, or end the arrivals earlier." },
  );
}

function tooRare(rate: number): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_ARRIVAL_RATE",
    `At ${rate} faults per step the next one comes beyond any step that can be counted.`,
    { value: String(rate), remedy: "Raise the rate, or end the arrivals with `untilSteps`." },
  );
}
