import { describe, expect, it } from "vitest";
import type { ComparedVariant } from "../../../core/campaign/compare-variants.ts";
import { compareTable } from "../../../core/cli/compare-table.ts";
import { summarise } from "../../../core/statistics/summary.ts";
import { fakeFacts, fakeResult } from "../statistics/fake-results.ts";

/** Of ten experiments two hang. */
function tableOf(weightOfMasked: number): string {
  const results = Array.from({ length: 10 }, (_, index) =>
    index < 2
      ? fakeResult(index, { outcome: "hang" })
      : fakeResult(index, {}, { weight: weightOfMasked }),
  );
  const facts = fakeFacts({ planned: 10, allocation: "every-point" });
  const summary = summarise(facts, results, { variant: "solo", confidence: 0.95 });
  return compareTable("a.yaml", [{ name: "solo", summary } as unknown as ComparedVariant]);
}

describe("compareTable", () => {
  it("counts faults where each stands for as many", () => {
    expect(tableOf(1)).toMatch(/faults +masked +hang .*\n +solo +10 +8 +2 /);
  });

  it("tells shares where experiments stand for different parts of the space", () => {
    expect(tableOf(6)).toMatch(/experiments +masked +hang .*\n +solo +10 +96\.00 % +4\.00 % /);
  });
});
