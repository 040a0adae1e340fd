// What a report shows of the results of one variant beside its summary, gathered in one pass.
import { FAILURES, type Outcome, OUTCOMES } from "../api/experiment.ts";
import type { StoredResult } from "../api/result-store.ts";
import type { PlanFacts } from "../statistics/plan-facts.ts";
import { weighResults } from "../statistics/weighed-results.ts";

export type OutcomeCounts = Record<Outcome, number>;

export const noOutcomes = (): OutcomeCounts =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as OutcomeCounts;

export const totalOf = (counts: Readonly<OutcomeCounts>): number =>
  OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);

export const failuresOf = (counts: Readonly<OutcomeCounts>): number =>
  FAILURES.reduce((sum, outcome) => sum + counts[outcome], 0);

/** One bit of a register. */
export interface BitFigures {
  readonly register: string;
  readonly bit: number;
  /** Experiments. */
  readonly counts: OutcomeCounts;
  /** Of all faults: what these experiments stand for. */
  readonly shares: OutcomeCounts;
}

export interface VariantFigures {
  readonly bits: readonly BitFigures[];
  /** What was wrong first, where it was looked at. */
  readonly firstWrong: ReadonlyMap<string, number>;
  /** Indexes of all that ended in a failure. */
  readonly failed: ReadonlySet<number>;
  /** The first of them. */
  readonly failures: readonly StoredResult[];
  /** One that was recovered from, to look at closer. */
  readonly recovered: StoredResult | undefined;
}

const MOST_FAILURES = 20;

/** @param results of that plan, by index */
export function figuresOf(
  plan: Pick<PlanFacts, "strata" | "allocation">,
  results: readonly StoredResult[],
): VariantFigures {
  const bits = new Map<string, BitFigures>();
  const firstWrong = new Map<string, number>();
  const failures: StoredResult[] = [];
  const failed = new Set<number>();
  let recovered: StoredResult | undefined;
  for (const { result, share } of weighResults(plan, results)) {
    const { outcome, experiment } = result;
    const where = wrongPlace(result);
    if (where !== undefined) firstWrong.set(where, (firstWrong.get(where) ?? 0) + 1);
    for (const { register, bit } of struckBits(experiment.fault)) {
      const key = `${register}.${bit}`;
      const known = bits.get(key) ?? {
        register,
        bit,
        counts: noOutcomes(),
        shares: noOutcomes(),
      };
      known.counts[outcome]++;
      known.shares[outcome] += share;
      bits.set(key, known);
    }
    if (outcome === "recovered") recovered = laterOne(recovered, result);
    if (FAILURES.includes(outcome)) {
      failed.add(result.index);
      if (failures.length < MOST_FAILURES) failures.push(result);
    }
  }
  return { bits: [...bits.values()], firstWrong, failed, failures, recovered };
}

function struckBits(
  fault: StoredResult["experiment"]["fault"],
): { register: string; bit: number }[] {
  const { register, bit, bits } = fault;
  if (typeof register !== "string") return [];
  const all: readonly unknown[] = Array.isArray(bits) ? bits : [bit];
  return all.flatMap((one) => (typeof one === "number" ? [{ register, bit: one }] : []));
}

function wrongPlace({ firstWrong }: StoredResult): string | undefined {
  if (firstWrong?.output !== undefined) return "an output";
  if (firstWrong?.register !== undefined) return `register ${firstWrong.register}`;
  return firstWrong?.page === undefined ? undefined : "a page of memory";
}

/** The one that struck latest: a recovery in the middle of things tells more than one at power-on. */
function laterOne(one: StoredResult | undefined, other: StoredResult): StoredResult {
  return one === undefined || other.experiment.fault.at > one.experiment.fault.at ? other : one;
}
