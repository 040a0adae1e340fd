import { describe, expect, it } from "vitest";
import { comparisonText } from "../../../core/cli/comparison-text.ts";
import { compareCampaigns } from "../../../core/statistics/compare-campaigns.ts";
import type { StoredResult } from "../../../core/index.ts";
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

  it("keeps shares of common faults apart from those of a campaign as a whole", () => {
    const facts = fakeFacts();
    const results = resultsOf([["masked", 100]]).map((result, at): StoredResult => {
      const experiment = { ...result.experiment, fault: { use: "register-bit-flip", at } };
      return { ...result, outcome: at < 5 ? "hang" : "masked", experiment };
    });
    const campaign = (name: string, count: number): Parameters<typeof compareCampaigns>[0] => {
      return { name, facts, results: results.slice(0, count) };
    };
    const text = comparisonText(compareCampaigns(campaign("a", 100), campaign("b", 40), 0.95));
    expect(text).toContain("paired: 40 faults in common; the table is of these\n");
    expect(text).toMatch(
      /failures of all +5\.00 % of all 100 experiments of A, 12\.50 % of all 40 experiments of B/,
    );
    expect(text).toMatch(/outcome +A, in common +B, in common/);
    expect(text).toMatch(/all failures +12\.50 % +12\.50 %/);
  });
});
