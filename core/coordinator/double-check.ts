// Comparisons decide what leaves, so each is evaluated twice over the same data. Replicas count as equal only where
// both evaluations say so: an error in one of them can make a divergence that is none, never hide one.
import { isDeepStrictEqual } from "node:util";
import type { ComparisonTarget } from "../api/fault-model.ts";
import type { Verdict } from "../api/voting-policy.ts";

type ComparisonSubject = ComparisonTarget["subject"];
/** Replicas grouped by equality. */
type Groups = ComparisonTarget["groups"];

/**
 * An error in the evaluation of a comparison, for tests of this very rule.
 * @param step at which the replicas compared stand
 * @returns what the first evaluation says instead
 */
export type StrikeComparison = (subject: ComparisonSubject, step: number, groups: Groups) => Groups;

export interface CheckedGroups {
  /** What each evaluation says, in memory of its own. */
  readonly evaluations: readonly [Groups, Groups];
  readonly groups: number[][];
  /** The evaluations differ: at least one of them is wrong. */
  readonly isDisputed: boolean;
}

export const DISPUTED = "two evaluations of the same comparison disagree";

export class DoubleCheck {
  readonly #strike: StrikeComparison;
  readonly #isDouble: boolean;

  /** @param isDouble false: the first evaluation alone decides */
  constructor(strike: StrikeComparison = (_subject, _step, groups) => groups, isDouble = true) {
    this.#strike = strike;
    this.#isDouble = isDouble;
  }

  evaluate(
    subject: ComparisonSubject,
    step: number,
    evaluations: readonly [() => Groups, () => Groups],
  ): CheckedGroups {
    const [first, second] = evaluations;
    const one = this.#strike(subject, step, first());
    const other = this.#isDouble ? second() : one.map((group) => [...group]);
    const groups = commonGroups(one, other);
    // Where one says no more than the other, the common groups are its own.
    const isDisputed = groups.length !== one.length || groups.length !== other.length;
    return { evaluations: [one, other], groups, isDisputed };
  }

  /** A vote counts when a second decision, from a copy of what it rests on, is the same. */
  confirm(verdict: Verdict, again: () => Verdict): Verdict {
    if (!this.#isDouble || isDeepStrictEqual(verdict, again())) return verdict;
    return { kind: "undecided" };
  }
}

/** Two replicas are together where both put them together; in order of first appearance. */
export function commonGroups(one: Groups, other: Groups): number[][] {
  const place = new Map(other.flatMap((group, index) => group.map((replica) => [replica, index])));
  return one.flatMap((group) => {
    const parts = new Map<number | undefined, number[]>();
    for (const replica of group) {
      const part = parts.get(place.get(replica));
      if (part === undefined) parts.set(place.get(replica), [replica]);
      else part.push(replica);
    }
    return [...parts.values()];
  });
}
