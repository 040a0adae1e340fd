import { describe, expect, it } from "vitest";
import { blamedReplicasText, wrongReplicasText } from "../../../core/cli/blame-text.ts";

describe("what a recovery says", () => {
  it.each([
    [[], undefined, "nobody is blamed", "nobody is blamed"],
    [[1], undefined, "blamed: replica 1", "replica 1 was wrong"],
    [
      [0, 2],
      [1],
      "blamed: replicas 0, 2, replica 1 is suspected",
      "replicas 0, 2 were wrong, replica 1 is suspected",
    ],
    [
      [],
      [0, 1],
      "nobody is blamed, replicas 0, 1 are suspected",
      "nobody is blamed, replicas 0, 1 are suspected",
    ],
  ])("of who was wrong, and of whom it is not known: %j, %j", (blamed, suspected, ...texts) => {
    const blame = { blamed, ...(suspected && { suspected }) };
    expect([blamedReplicasText(blame), wrongReplicasText(blame)]).toEqual(texts);
  });
});
