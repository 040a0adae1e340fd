import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../core/index.ts";
import { commonGroups, DoubleCheck } from "../../../core/coordinator/double-check.ts";

type Groups = readonly (readonly number[])[];

const evaluate = (one: Groups, other: Groups): ReturnType<DoubleCheck["evaluate"]> =>
  new DoubleCheck().evaluate("ballots", 5, [() => one, () => other]);

describe("a comparison evaluated twice", () => {
  it("says what both say, in the order of the first", () => {
    expect(evaluate([[2, 0], [1]], [[1], [0, 2]])).toMatchObject({
      groups: [[2, 0], [1]],
      isDisputed: false,
    });
  });

  it.each<[string, Groups, Groups, Groups]>([
    ["the first finds a difference that is none", [[0], [1]], [[0, 1]], [[0], [1]]],
    ["the second finds a difference that is none", [[0, 1]], [[0], [1]], [[0], [1]]],
    ["each finds another one wrong", [[0, 1], [2]], [[0, 2], [1]], [[0], [1], [2]]],
  ])("never says equal where %s", (_what, one, other, groups) => {
    expect(evaluate(one, other)).toMatchObject({ groups, isDisputed: true });
  });

  it("may have its first evaluation struck, whose subject and place it tells", () => {
    const told: unknown[] = [];
    const check = new DoubleCheck((...place) => {
      told.push(place);
      return [[0, 1]];
    });
    const groups = [[0], [1]];
    expect(check.evaluate("states", 9, [() => groups, () => groups])).toMatchObject({
      groups,
      isDisputed: true,
    });
    expect(told).toEqual([["states", 9, groups]]);
  });

  it("is evaluated once where that is asked for", () => {
    const check = new DoubleCheck(() => [[0, 1]], false);
    const never = (): Groups => {
      throw new Error("evaluated twice");
    };
    expect(check.evaluate("ballots", 5, [() => [[0], [1]], never])).toMatchObject({
      groups: [[0, 1]],
      isDisputed: false,
    });
  });

  it("confirms a vote only where a second decision is the same", () => {
    const outvoted: Verdict = { kind: "outvoted", winners: [1, 2], losers: [0] };
    const other: Verdict = { kind: "outvoted", winners: [1], losers: [0, 2] };
    const check = new DoubleCheck();
    expect(check.confirm(outvoted, () => ({ ...outvoted }))).toEqual(outvoted);
    expect(check.confirm(outvoted, () => other)).toEqual({ kind: "undecided" });
    expect(new DoubleCheck(undefined, false).confirm(outvoted, () => other)).toEqual(outvoted);
  });

  it("keeps replicas apart that either keeps apart", () => {
    expect(
      commonGroups(
        [[0, 1, 2, 3]],
        [
          [3, 1],
          [0, 2],
        ],
      ),
    ).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });
});
