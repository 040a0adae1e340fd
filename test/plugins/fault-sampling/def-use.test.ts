import { describe, expect, it } from "vitest";
import type { SamplingPlan, StoredResult } from "../../../core/index.ts";
import { planFactsOf } from "../../../core/statistics/plan-facts.ts";
import { summarise } from "../../../core/statistics/summary.ts";
import type { CampaignSummary } from "../../../core/statistics/summary.ts";
import { defUse } from "../../../plugins/fault-sampling/def-use.ts";
import { exhaustive } from "../../../plugins/fault-sampling/exhaustive.ts";
import { INTEGERS, outcomeOf, randomTrace, traceSpace } from "./fake-trace.ts";
import { fakeSpace } from "./fake-space.ts";

const trace = randomTrace(4);
const space = traceSpace(trace);
const ALL = 80 * (12 + 8);

function summaryOf(plan: SamplingPlan): CampaignSummary {
  const results = plan.experiments.map((experiment): StoredResult => ({
    index: experiment.index,
    outcome: outcomeOf(experiment.fault, trace),
    injected: "",
    ended: "converged",
    variant: "base",
    experiment,
  }));
  return summarise(planFactsOf(space, plan), results, { variant: "base", confidence: 0.95 });
}

const sharesOf = ({ outcomes }: CampaignSummary): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(outcomes).map(([outcome, { share }]) => [outcome, expect.closeTo(share, 12)]),
  );

describe("def-use sampling of every class", () => {
  const plan = defUse.plan({ classes: "every" }, space, { seed: 1, count: ALL });

  it("gives the same shares as trying every point, with fewer experiments", () => {
    const all = exhaustive.plan({}, space, { seed: 1, count: ALL });
    const shares = Object.entries(summaryOf(plan).outcomes).map(([name, { share }]) => [
      name,
      share,
    ]);
    expect(Object.fromEntries(shares)).toEqual(sharesOf(summaryOf(all)));
    const registers = plan.experiments.filter(({ fault }) => fault.use === "register-bit-flip");
    expect(registers.length).toBeGreaterThan(20);
    expect(registers.length).toBeLessThan(0.3 * 80 * 12);
  });

  it("accounts for every point", () => {
    const weights = plan.experiments.reduce((sum, { weight }) => sum + weight, 0);
    const dead = plan.strata.find(({ known }) => known === "masked")!;
    expect(weights + dead.points).toBe(ALL);
    expect(plan.strata.reduce((sum, { points }) => sum + points, 0)).toBe(ALL);
    expect(plan.strata.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(plan.allocation).toBe("every-point");
    expect(plan.notes.join(" ")).toMatch(
      /\d % of the points in register-bit-flip\/integer are overwr/,
    );
  });

  it("refuses more classes than experiments", () => {
    const { length } = plan.experiments;
    expect(() =>
      defUse.plan({ classes: "every" }, space, { seed: 1, count: length - 1 }),
    ).toThrowError(
      expect.objectContaining({
        code: "XV_ERR_CAMPAIGN_SAMPLING",
        message: expect.stringContaining(`${length} classes of faults`),
      }),
    );
  });
});

describe("def-use sampling of points", () => {
  const planOf = (count: number, seed = 1): SamplingPlan =>
    defUse.plan({ classes: "sample" }, space, { seed, count });

  it("estimates what trying every point counts, with nothing spent on what is overwritten", () => {
    const truth = summaryOf(exhaustive.plan({}, space, { seed: 1, count: ALL }));
    const { outcomes } = summaryOf(planOf(20_000));
    for (const [outcome, { share }] of Object.entries(truth.outcomes)) {
      expect(outcomes[outcome as keyof typeof outcomes].share).toBeCloseTo(share, 1.7);
    }
    const faults = planOf(500).experiments.map(({ fault }) => fault);
    const isOverwritten = faults.some((fault) => {
      const next = trace.find(({ step, reads, writes }) => {
        const name = String(fault["register"]);
        return (
          step >= fault.at && (reads === "all" || reads.includes(name) || writes.includes(name))
        );
      });
      return (
        fault["register"] !== undefined &&
        next!.reads !== "all" &&
        !next!.reads.includes(String(fault["register"]))
      );
    });
    expect(isOverwritten).toBe(false);
  });

  it("draws every bit of a life, at its last point", () => {
    const faults = planOf(4000).experiments.map(({ fault }) => fault);
    const struck = faults.filter(({ register }) => register === "x2");
    expect(new Set(struck.map(({ bit }) => bit))).toEqual(new Set([0, 1, 2, 3]));
    const readers = new Set(
      trace.filter(({ reads }) => reads === "all" || reads.includes("x2")).map(({ step }) => step),
    );
    for (const { at } of struck) expect(readers.has(at) || at === space.endStep - 1).toBe(true);
  });

  it("begins a longer plan with a shorter one, and depends on the seed", () => {
    expect(planOf(90).experiments.slice(0, 40)).toEqual(planOf(40).experiments);
    expect(planOf(40, 2).experiments).not.toEqual(planOf(40).experiments);
    expect(planOf(40).experiments.map(({ index }) => index)).toEqual(
      Array.from({ length: 40 }, (_, index) => index),
    );
  });

  it("has nothing to try where everything is overwritten", () => {
    const dead = [0, 1].map((step) => ({
      step: step * 200,
      reads: [],
      writes: ["x1", "x2", "x3"],
    }));
    const onlyRegisters = { ...traceSpace(dead), parts: [{ ...INTEGERS, share: 1 }] };
    const plan = defUse.plan({ classes: "sample" }, onlyRegisters, { seed: 1, count: 5 });
    expect(plan.experiments).toEqual([]);
    expect(plan.strata).toMatchObject([{ known: "masked", share: 1 }]);
  });

  it.each([undefined, "float" as const])(
    "refuses a space without integer or float registers, in the group %s",
    (group) => {
      const [, memory] = fakeSpace().parts;
      const parts = [{ ...memory!, ...(group !== undefined && { group }) }];
      expect(() =>
        defUse.plan({ classes: "sample" }, fakeSpace({ parts }), { seed: 1, count: 5 }),
      ).toThrow(/nothing to prune/);
    },
  );
});
