import { describe, expect, it } from "vitest";
import type { Experiment } from "../../../core/index.ts";
import { pairedFailures, pairingOf } from "../../../core/campaign/paired-faults.ts";

import type { PlanFacts } from "../../../core/statistics/plan-facts.ts";
import { fakeFacts, INTEGERS } from "../statistics/fake-results.ts";

const experiment = (index: number, fault: Partial<Experiment["fault"]>): Experiment => ({
  index,
  fault: { use: "register-bit-flip", at: 10 * index, register: "x5", bit: 3, ...fault },
  stratum: "register-bit-flip",
  weight: 1,
});

describe("pairingOf", () => {
  it("takes faults for the same whichever replica they strike", () => {
    const first = [0, 1, 2].map((index) => experiment(index, { replica: 0 }));
    const other = [0, 1, 2].map((index) => experiment(index, { replica: index % 2 }));
    expect(pairingOf(first, other)).toEqual({ common: new Set([0, 1, 2]), others: 0 });
  });

  it("counts those that differ, and those that only one has", () => {
    const first = [0, 1].map((index) => experiment(index, { replica: 0 }));
    const other = [experiment(0, { bit: 4 }), experiment(1, {}), experiment(2, {})];
    expect(pairingOf(first, other)).toEqual({ common: new Set([1]), others: 2 });
  });
});

describe("pairedFailures", () => {
  const experiments = Array.from({ length: 20 }, (_, index) => experiment(index, {}));
  const pairedWith = (changes: Partial<PlanFacts>, first: Partial<PlanFacts> = changes): unknown =>
    pairedFailures(
      {
        facts: fakeFacts(first),
        experiments,
        figures: { failed: new Set([0, 1, 2, 3, 4, 5, 6, 7]) },
      },
      { facts: fakeFacts(changes), experiments, figures: { failed: new Set([0]) } },
    );
  const counts = { faults: 20, others: 0, onlyFirst: 7, onlyThis: 0 };

  it("tests random samples of the same space", () => {
    // Seven of seven: twice 1 in 128.
    expect(pairedWith({})).toEqual({ ...counts, pValue: expect.closeTo(2 / 128, 12) });
  });

  it.each([
    ["strata of fixed numbers", { allocation: "fixed" as const }, undefined],
    ["every point", { allocation: "every-point" as const }, undefined],
    ["pruned points", { strata: [{ ...INTEGERS, known: "masked" as const }] }, undefined],
    ["another space", { endStep: 2000 }, {}],
  ])("has no p for counts of %s", (_what, changes, first) => {
    expect(pairedWith(changes, first)).toEqual(counts);
  });
});
