import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../core/index.ts";
import { exactInterval } from "../../../core/statistics/binomial-bounds.ts";
import { looksAt, StoppingRule } from "../../../core/statistics/stopping-rule.ts";
import { fakeResult, INTEGERS, resultsOf } from "./fake-results.ts";

const planOf = (count: number): ConstructorParameters<typeof StoppingRule>[0] => ({
  strata: [INTEGERS],
  allocation: "proportional",
  experiments: Array.from({ length: count }, (_, index) => fakeResult(index).experiment),
});

const ruleOf = (count: number, halfWidth: number): StoppingRule =>
  new StoppingRule(planOf(count), { halfWidth, confidence: 0.95 }, "config: campaign.precision");

const seen = (failures: number, all: number): ReturnType<typeof resultsOf> =>
  resultsOf([
    ["hang" as Outcome, failures],
    ["masked" as Outcome, all - failures],
  ]);

describe("StoppingRule", () => {
  it("looks after fixed numbers of experiments", () => {
    expect(looksAt(1000)).toEqual([50, 100, 200, 400, 800, 1000]);
    expect(looksAt(800)).toEqual([50, 100, 200, 400, 800]);
    expect(looksAt(50)).toEqual([50]);
    expect(looksAt(20)).toEqual([20]);
  });

  it("ends once the exact interval is as narrow as asked for, with the error divided among the looks", () => {
    const rule = ruleOf(800, 0.044);
    const widthOf = (failures: number, all: number): number => {
      const { low, high } = exactInterval(failures, all, 1 - 0.05 / 5);
      return (high - low) / 2;
    };
    for (const [failures, all] of [
      [0, 50],
      [0, 100],
      [3, 100],
      [8, 200],
      [100, 200],
      [60, 400],
      [400, 800],
    ] as const) {
      expect(rule.isMet(seen(failures, all))).toBe(widthOf(failures, all) <= 0.044);
    }
    expect(rule.isMet(seen(0, 100))).toBe(true);
    expect(rule.isMet(seen(400, 800))).toBe(false);
  });

  it("keeps its confidence although it looks several times", () => {
    // All paths of a fair share of failures: the interval at the end misses it at most as often as allowed.
    const rule = ruleOf(400, 0.06);
    const share = 0.08;
    let isSettled = 0;
    let missed = 0;
    let state = 12_345;
    const random = (): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state / 2_147_483_648;
    };
    for (let campaign = 0; campaign < 400; campaign++) {
      let failures = 0;
      let done = 0;
      for (const look of rule.looks) {
        for (; done < look; done++) if (random() < share) failures++;
        if (!rule.isMet(seen(failures, done)) && look !== 400) continue;
        isSettled++;
        const { low, high } = exactInterval(failures, done, 1 - 0.05 / rule.looks.length);
        if (share < low || share > high) missed++;
        break;
      }
    }
    expect(isSettled).toBe(400);
    expect(missed).toBeLessThanOrEqual(20);
  });

  it("refuses a precision that so many experiments can't reach", () => {
    expect(() => ruleOf(100, 0.001)).toThrowError(
      expect.objectContaining({
        code: "XV_ERR_CAMPAIGN_PRECISION",
        place: "config: campaign.precision",
        value: "0.001",
        remedy: expect.stringMatching(/± \d.\d+ % is the best/),
      }),
    );
  });

  it("refuses a precision where every point is tried", () => {
    const plan = { ...planOf(10), allocation: "every-point" as const };
    expect(() => new StoppingRule(plan, { halfWidth: 0.4, confidence: 0.9 }, "here")).toThrow(
      /nothing is estimated/,
    );
  });
});
