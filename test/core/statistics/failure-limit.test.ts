import { describe, expect, it } from "vitest";
import { checkLimits } from "../../../core/statistics/failure-limit.ts";
import type { FailureLimits, LimitVerdict } from "../../../core/statistics/failure-limit.ts";
import { summarise } from "../../../core/statistics/summary.ts";
import { fakeFacts, resultsOf } from "./fake-results.ts";

function verdictsOf(
  hangs: number,
  all: number,
  limits: FailureLimits,
  changes = {},
): readonly LimitVerdict[] {
  const results = resultsOf([
    ["hang", hangs],
    ["masked", all - hangs],
  ]);
  const facts = fakeFacts({ planned: all, ...changes });
  return checkLimits(summarise(facts, results, { variant: "base", confidence: 0.95 }), limits);
}

describe("checkLimits", () => {
  it("counts failures", () => {
    expect(verdictsOf(3, 100, { maxFailures: 3 })).toEqual([
      { isExceeded: false, what: "3 of 100 experiments failed, 3 are allowed" },
    ]);
    expect(verdictsOf(4, 100, { maxFailures: 3 })[0]!.isExceeded).toBe(true);
  });

  it("goes by the upper bound of the share, and names the confidence", () => {
    // None of 300: at most 1 % (0.993 %) with 95 %, none of 200: at most 1.49 %.
    expect(verdictsOf(0, 300, { maxFailureShare: 0.01 })[0]!.isExceeded).toBe(false);
    const [verdict] = verdictsOf(0, 200, { maxFailureShare: 0.01 });
    expect(verdict!.isExceeded).toBe(true);
    expect(verdict!.what).toContain("at most 1.49 % with 95 % confidence (0 of 200");
    expect(verdict!.what).toContain("more experiments would tell");
  });

  it("says so when the limit is exceeded beyond doubt", () => {
    const [verdict] = verdictsOf(50, 100, { maxFailureShare: 0.1 });
    expect(verdict!.isExceeded).toBe(true);
    expect(verdict!.what).not.toContain("more experiments");
  });

  it("needs no confidence where every point was tried", () => {
    const limits = { maxFailureShare: 0.1, maxFailures: 100 };
    const verdicts = verdictsOf(10, 100, limits, { allocation: "every-point" });
    expect(verdicts.map(({ isExceeded }) => isExceeded)).toEqual([false, false]);
    expect(verdicts[1]!.what).not.toContain("confidence");
  });
});
