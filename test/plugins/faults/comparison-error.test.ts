import { describe, expect, it } from "vitest";
import type { ComparisonTarget } from "../../../core/index.ts";
import { comparisonError } from "../../../plugins/faults/comparison-error.ts";
import { fakeTarget } from "./fake-target.ts";

const strike = (options: object, comparison: ComparisonTarget): unknown =>
  comparisonError.ofCoordinator?.strikeComparison?.({ ...options }, comparison);
const equal: ComparisonTarget = { subject: "ballots", groups: [[0, 1]] };
const differing: ComparisonTarget = { subject: "states", groups: [[0], [1, 2]] };

describe("comparison-error", () => {
  it("finds a difference that is none", () => {
    expect(strike({ says: "differ" }, equal)).toEqual({
      groups: [[0], [1]],
      what: 'one evaluation says "differ" of the ballots of replicas 0, 1',
    });
  });

  it("overlooks a difference", () => {
    expect(strike({ says: "equal" }, differing)).toMatchObject({ groups: [[0, 1, 2]] });
  });

  it("waits for a comparison where it is wrong", () => {
    expect(strike({ says: "equal" }, equal)).toBeUndefined();
    expect(strike({ says: "differ" }, { ...equal, groups: [[0], [1]] })).toBeUndefined();
    expect(strike({ says: "differ" }, { ...equal, groups: [[0]] })).toBeUndefined();
  });

  it("strikes what it is for", () => {
    expect(strike({ says: "differ", of: "states" }, equal)).toBeUndefined();
    expect(strike({ says: "differ", of: "ballots" }, equal)).toBeDefined();
    expect(strike({ says: "equal", of: "states" }, differing)).toBeDefined();
  });

  it("does nothing to a replica", () => {
    expect(comparisonError.inject({ says: "differ" }, fakeTarget())).toBeUndefined();
  });
});
