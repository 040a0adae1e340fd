// What a report shows of the results of one variant, gathered in one pass: results may be many.
import { FAILURES, type Outcome, OUTCOMES } from "../api/experiment.ts";
import type { StoredResult } from "../api/result-store.ts";

export type OutcomeCounts = Record<Outcome, number>;

const noOutcomes = (): OutcomeCounts =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as OutcomeCounts;

export const totalOf = (counts: OutcomeCounts): number =>
  OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);

export const failuresOf = (counts: OutcomeCounts): number =>
  FAILURES.reduce((sum, outcome) => sum + counts[outcome], 0);

/** One bit of a register. */
interface BitFigures {
  readonly register: string;
  readonly bit: number;
  readonly counts: OutcomeCounts;
}

export interface VariantFigures {
  /** Of experiments, each counted once. */
  readonly counts: OutcomeCounts;
  readonly byDetector: ReadonlyMap<string, number>;
  readonly byStratum: ReadonlyMap<string, OutcomeCounts>;
  /** Steps from fault to detection, of those that were detected. */
  readonly latencies: readonly number[];
  readonly lostSteps: readonly number[];
  readonly bits: readonly BitFigures[];
  readonly byFunction: ReadonlyMap<string, OutcomeCounts>;
  /** What was wrong first, where it was looked at. */
  readonly firstWrong: ReadonlyMap<string, number>;
  /** Of the host: milliseconds of all experiments together. */
  readonly measuredMs: number;
  /** Of some that were recovered from: those to look at closer. */
  readonly recovered: StoredResult | undefined;
  /** Indexes of all that ended in a failure. */
  readonly failed: ReadonlySet<number>;
  /** The first of them. */
  readonly failures: readonly StoredResult[];
}

const MOST_FAILURES = 20;

/** Where the guest has no symbols. */
export const NO_SYMBOL = "(no symbol)";

export async function figuresOf(
  results: Iterable<StoredResult> | AsyncIterable<StoredResult>,
): Promise<VariantFigures> {
  const counts = noOutcomes();
  const byDetector = new Map<string, number>();
  const byStratum = new Map<string, OutcomeCounts>();
  const bits = new Map<string, BitFigures>();
  const byFunction = new Map<string, OutcomeCounts>();
  const firstWrong = new Map<string, number>();
  const latencies: number[] = [];
  const lostSteps: number[] = [];
  const failures: StoredResult[] = [];
  const failed = new Set<number>();
  let measuredMs = 0;
  let recovered: StoredResult | undefined;
  for await (const result of results) {
    const { outcome, experiment, detector, latencySteps, struck } = result;
    counts[outcome]++;
    countsAt(byStratum, experiment.stratum)[outcome]++;
    if (detector !== undefined) add(byDetector, detector);
    if (latencySteps !== undefined) latencies.push(latencySteps);
    if (result.lostSteps !== undefined) lostSteps.push(result.lostSteps);
    const where = wrongPlace(result);
    if (where !== undefined) add(firstWrong, where);
    for (const { register, bit } of struckBits(experiment.fault)) {
      const key = `${register}.${bit}`;
      const known = bits.get(key) ?? { register, bit, counts: noOutcomes() };
      known.counts[outcome]++;
      bits.set(key, known);
    }
    if (struck !== undefined) countsAt(byFunction, functionOf(struck.symbol))[outcome]++;
    if (outcome === "recovered") recovered = laterOne(recovered, result);
    if (FAILURES.includes(outcome)) {
      failed.add(result.index);
      if (failures.length < MOST_FAILURES) failures.push(result);
    }
    measuredMs += result.measured?.wallMs ?? 0;
  }
  return {
    counts,
    byDetector,
    byStratum,
    latencies,
    lostSteps,
    bits: [...bits.values()],
    byFunction,
    firstWrong,
    measuredMs,
    recovered,
    failed,
    failures,
  };
}

function countsAt(map: Map<string, OutcomeCounts>, key: string): OutcomeCounts {
  const known = map.get(key) ?? noOutcomes();
  map.set(key, known);
  return known;
}

function add(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function struckBits(
  fault: StoredResult["experiment"]["fault"],
): { register: string; bit: number }[] {
  const { register, bit, bits } = fault;
  if (typeof register !== "string") return [];
  const all: readonly unknown[] = Array.isArray(bits) ? bits : [bit];
  return all.flatMap((one) => (typeof one === "number" ? [{ register, bit: one }] : []));
}

/** "main+0x10" -> "main" */
const functionOf = (symbol: string | undefined): string =>
  symbol === undefined ? NO_SYMBOL : symbol.replace(/\+(0x)?[0-9a-f]+$/, "");

function wrongPlace({ firstWrong }: StoredResult): string | undefined {
  if (firstWrong?.output !== undefined) return "an output";
  if (firstWrong?.register !== undefined) return `register ${firstWrong.register}`;
  return firstWrong?.page === undefined ? undefined : "a page of memory";
}

/** The one that struck latest among the first: a recovery in the middle of things tells more than one at power-on. */
function laterOne(one: StoredResult | undefined, other: StoredResult): StoredResult {
  return one === undefined || other.experiment.fault.at > one.experiment.fault.at ? other : one;
}
