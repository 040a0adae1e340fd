import { describe, expect, it } from "vitest";
import { outcomeOf } from "../../../core/campaign/classify-outcome.ts";
import { hangLimitOf } from "../../../core/campaign/hang-limit.ts";

describe("an outcome", () => {
  it.each([
    ["masked", false, "none", "golden"],
    ["recovered", true, "none", "golden"],
    ["stopped", true, "none", "stopped"],
    ["silent-corruption", false, "before-detection", "golden"],
    // A guest that says that it fails, and fails.
    ["crash", false, "before-detection", "otherwise"],
    ["hang", false, "before-detection", "hang"],
    // What left before somebody noticed left unnoticed.
    ["silent-corruption", true, "before-detection", "stopped"],
    ["silent-corruption", true, "before-detection", "otherwise"],
    ["silent-corruption", true, "before-detection", "hang"],
    ["recovered-wrong", true, "after-detection", "golden"],
    ["recovered-wrong", true, "after-detection", "stopped"],
    ["recovered-wrong", true, "none", "otherwise"],
    ["recovered-wrong", true, "none", "hang"],
    ["crash", false, "none", "otherwise"],
    ["hang", false, "none", "hang"],
  ] as const)("is %s", (outcome, isDetected, wrongOutput, end) => {
    expect(outcomeOf({ isDetected, wrongOutput, end })).toBe(outcome);
  });
});

describe("the limit of a hang", () => {
  it("counts steps, and epochs for guests that sleep", () => {
    const epochEnds = Array.from({ length: 11 }, (_, epoch) => (epoch + 1) * 91);
    const facts = { steps: 1001, epochs: 11, epochEnds };
    expect(hangLimitOf(facts, 1.5, 0)).toEqual({ steps: 1502, epochs: 117 });
    // Ten of eleven epochs are a boot in which no fault comes.
    expect(hangLimitOf(facts, 3, 910)).toEqual({ steps: 910 + 273, epochs: 10 + 3 + 100 });
    expect(hangLimitOf(facts, 3, 5000)).toEqual({ steps: 1001, epochs: 10 + 3 + 100 });
  });
});
