import { describe, expect, it } from "vitest";
import { didYouMean, editDistance, nearestName } from "../../../core/config/nearest-name.ts";

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["flaw", "lawn", 2],
    ["same", "same", 0],
  ])("from %j to %j is %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe("nearestName", () => {
  const known = ["periodic", "never", "third-replica", "register-bit-flip"];

  it.each([
    ["perodic", "periodic"],
    ["thirdReplica", "third-replica"],
    ["THIRD_REPLICA", "third-replica"],
    ["register", "register-bit-flip"],
    ["nevr", "never"],
  ])("takes %j for %j", (name, meant) => {
    expect(nearestName(name, known)).toBe(meant);
  });

  it("stays silent when nothing is near", () => {
    expect(nearestName("zebra", known)).toBeUndefined();
    expect(nearestName("x", known)).toBeUndefined();
    expect(didYouMean("zebra", known)).toBe("");
  });

  it("makes a sentence to append", () => {
    expect(didYouMean("nevr", known)).toBe(' Did you mean "never"?');
  });
});
