import { describe, expect, it } from "vitest";
import { comparisonText } from "../../../core/cli/comparison-text.ts";
import { compareCampaigns } from "../../../core/statistics/compare-campaigns.ts";
import { fakeFacts, resultsOf } from "../statistics/fake-results.ts";

function textOf(first: number, second: number, facts = {}): string {
  const campaign = (name: string, hangs: number): Parameters<typeof compareCampaigns>[0] => ({
    name,
    facts: fakeFacts(facts),
    results: resultsOf([
      ["hang", hangs],
      ["masked", 100 - hangs],
    ]),
  });
  return comparisonText(compareCampaigns(campaign("old", first), campaign("new", second), 0.95));
}

describe("comparisonText", () => {
  it("tells shares, their difference, and the verdict", () => {
    const text = textOf(20, 2, { allocation: "fixed" });
    expect(text).toContain("A  old\nB  new\n");
    expect(text).toMatch(/all failures\s+20\.00 %\s+2\.00 %\s+-18\.00\s+-\d+\.\d+ to -\d/);
    expect(text).toContain("B fails less often than A with 95 % confidence.");
    expect(text).toMatch(/failing points\s+40,000 \(.*\) of A, 4,000/);
  });

  it("claims no difference that may be chance, and says what may not be concluded", () => {
    const text = textOf(3, 5, { allocation: "fixed" });
    expect(text).toContain("No difference in failures is shown with 95 % confidence.");
    expect(text).toContain("What may not be concluded:\n  - ");
    expect(text).toContain("no proof that there is none");
  });

  it("speaks of no confidence where every point was tried", () => {
    const text = textOf(3, 5, { allocation: "every-point" });
    expect(text).toContain("exact: both tried every point");
    expect(text).toContain("B fails more often than A.\n");
  });
});
