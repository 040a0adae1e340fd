import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Verdict, Vote } from "../../../core/index.ts";
import { majority } from "../../../plugins/voting/majority.ts";

const policy = majority.create({});
const undecided: Verdict = { kind: "undecided" };

const shapes: readonly [title: string, vote: Vote, verdict: Verdict][] = [
  ["one machine alone agrees with itself", { groups: [[0]], absent: [] }, { kind: "agreed" }],
  ["two equal claims agree", { groups: [[0, 1]], absent: [] }, { kind: "agreed" }],
  ["three equal claims agree", { groups: [[0, 1, 2]], absent: [] }, { kind: "agreed" }],
  ["one against one is undecided", { groups: [[0], [1]], absent: [] }, undecided],
  [
    "two against one outvote it",
    { groups: [[0], [1, 2]], absent: [] },
    { kind: "outvoted", winners: [1, 2], losers: [0] },
  ],
  ["three different claims are undecided", { groups: [[0], [1], [2]], absent: [] }, undecided],
  ["a survivor alone does not decide", { groups: [[1]], absent: [0] }, undecided],
  ["a survivor of three does not decide", { groups: [[1]], absent: [0, 2] }, undecided],
  [
    "two survivors that agree outvote a dead one",
    { groups: [[0, 2]], absent: [1] },
    { kind: "outvoted", winners: [0, 2], losers: [1] },
  ],
  ["two survivors that disagree are undecided", { groups: [[0], [2]], absent: [1] }, undecided],
  ["half is not a majority", { groups: [[0, 1]], absent: [2, 3] }, undecided],
  [
    "two pairs are undecided",
    {
      groups: [
        [0, 1],
        [2, 3],
      ],
      absent: [],
    },
    undecided,
  ],
  ["three of six do not decide", { groups: [[4], [0, 1, 2], [5]], absent: [3] }, undecided],
  [
    "four of seven win over all others, present or absent",
    { groups: [[6], [0, 1, 2, 5], [4]], absent: [3] },
    { kind: "outvoted", winners: [0, 1, 2, 5], losers: [6, 4, 3] },
  ],
  ["nobody there is undecided", { groups: [], absent: [0, 1] }, undecided],
];

describe("majority", () => {
  it.each(shapes)("%s", (_title, vote, verdict) => {
    expect(policy.decide(vote)).toEqual(verdict);
  });

  it("decides exactly when one group is more than half of all, and then accounts for everybody", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 4 }), (groupSizes, absentCount) => {
        let next = 0;
        const take = (count: number): number[] => Array.from({ length: count }, () => next++);
        const vote = { groups: groupSizes.map(take), absent: take(absentCount) };
        const verdict = policy.decide(vote);
        const largest = Math.max(0, ...groupSizes);
        expect(verdict.kind !== "undecided").toBe(largest * 2 > next);
        expect(verdict.kind === "agreed").toBe(next > 0 && largest === next);
        if (verdict.kind !== "outvoted") return;
        expect(verdict.winners.length).toBeGreaterThan(1);
        expect([...verdict.winners, ...verdict.losers].sort((a, b) => a - b)).toEqual(
          Array.from({ length: next }, (_, replica) => replica),
        );
      }),
      { seed: 3 },
    );
  });
});
