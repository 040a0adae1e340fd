// Results by register, by bit, by function of the guest ...: how many ended how, and the share of failures among them.
import { OUTCOMES } from "../api/experiment.ts";
import type { Outcome } from "../api/experiment.ts";
import type { StoredResult } from "../api/result-store.ts";
import type { Interval } from "./binomial-bounds.ts";
import { wilsonInterval } from "./score-interval.ts";
import { isFailure } from "./weighed-results.ts";
import type { WeighedResult } from "./weighed-results.ts";

export interface ResultGroup {
  readonly name: string;
  readonly experiments: number;
  /** Experiments, unweighed. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Of all faults, as are `shares`. */
  readonly share: number;
  readonly shares: Readonly<Record<Outcome, number>>;
  /** Shares of the faults of this group. */
  readonly masked: number;
  readonly failures: number;
  /** Of the failures; for display. Absent where every point was tried. */
  readonly failureInterval?: Interval;
}

interface GroupOptions {
  readonly confidence: number;
  /** Every point of the space was tried: nothing is estimated. */
  readonly isExact: boolean;
}

/** @param nameOf undefined leaves a result out. @returns in order of names, numbers in them as numbers */
export function groupResults(
  weighed: readonly WeighedResult[],
  nameOf: (result: StoredResult) => string | undefined,
  { confidence, isExact }: GroupOptions,
): readonly ResultGroup[] {
  const groups = new Map<string, WeighedResult[]>();
  for (const item of weighed) {
    const name = nameOf(item.result);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return [...groups]
    .toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))
    .map(([name, items]) => {
      const share = shareOf(items);
      const among = (isCounted: (outcome: Outcome) => boolean): number =>
        share === 0 ? 0 : shareOf(items.filter(({ result }) => isCounted(result.outcome))) / share;
      const failures = among(isFailure);
      const squares = items.reduce((sum, item) => sum + item.share ** 2, 0);
      return {
        name,
        experiments: items.length,
        outcomes: countOutcomes(items.map(({ result }) => result)),
        share,
        shares: sharesOf(items),
        masked: among((outcome) => outcome === "masked"),
        failures,
        // Unequal weights count as fewer trials: Kish, "Survey sampling", 1965, 11.7.
        ...(!isExact && {
          failureInterval: wilsonInterval(failures, share ** 2 / squares, confidence),
        }),
      };
    });
}

export function countOutcomes(
  results: readonly { readonly outcome: Outcome }[],
): Readonly<Record<Outcome, number>> {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<
    Outcome,
    number
  >;
  for (const { outcome } of results) counts[outcome]++;
  return counts;
}

function sharesOf(items: readonly WeighedResult[]): Readonly<Record<Outcome, number>> {
  const shares = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0]));
  for (const { result, share } of items) shares[result.outcome]! += share;
  return shares as Record<Outcome, number>;
}

const shareOf = (items: readonly WeighedResult[]): number =>
  items.reduce((sum, { share }) => sum + share, 0);
