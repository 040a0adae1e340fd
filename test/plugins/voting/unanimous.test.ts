import { describe, expect, it } from "vitest";
import type { Verdict, Vote } from "../../../core/index.ts";
import { unanimous } from "../../../plugins/voting/unanimous.ts";

const undecided: Verdict = { kind: "undecided" };

const shapes: readonly [title: string, vote: Vote, verdict: Verdict][] = [
  ["one machine alone agrees with itself", { groups: [[0]], absent: [] }, { kind: "agreed" }],
  ["three equal claims agree", { groups: [[0, 1, 2]], absent: [] }, { kind: "agreed" }],
  ["two against one are undecided", { groups: [[0, 2], [1]], absent: [] }, undecided],
  ["two that agree do not outvote a dead one", { groups: [[0, 2]], absent: [1] }, undecided],
  ["nobody there is undecided", { groups: [], absent: [0, 1] }, undecided],
];

describe("unanimous", () => {
  it.each(shapes)("%s", (_title, vote, verdict) => {
    expect(unanimous.create({}).decide(vote)).toEqual(verdict);
  });
});
