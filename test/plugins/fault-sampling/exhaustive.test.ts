import { describe, expect, it } from "vitest";
import { exhaustive } from "../../../plugins/fault-sampling/exhaustive.ts";
import { fakeSpace } from "./fake-space.ts";

const POINTS = (128 + 80) * 3;
const space = fakeSpace({ firstStep: 7, endStep: 10 });

describe("exhaustive sampling", () => {
  it("has every site before every step once", () => {
    const { experiments, strata, allocation } = exhaustive.plan({}, space, {
      seed: 1,
      count: POINTS,
    });
    expect(experiments).toHaveLength(POINTS);
    expect(new Set(experiments.map(({ fault }) => JSON.stringify(fault))).size).toBe(POINTS);
    expect(experiments.map(({ index }) => index)).toEqual(experiments.map((_, index) => index));
    expect(new Set(experiments.map(({ fault }) => fault.at))).toEqual(new Set([7, 8, 9]));
    expect(strata.map(({ points }) => points)).toEqual([128 * 3, 80 * 3]);
    expect(allocation).toBe("every-point");
  });

  it("does not depend on the seed, and says which replica it strikes", () => {
    const one = exhaustive.plan({}, space, { seed: 1, count: POINTS });
    const other = exhaustive.plan({}, space, { seed: 2, count: POINTS + 99 });
    expect(other).toEqual(one);
    expect(one.notes).toEqual(["All faults strike replica 0."]);
  });

  it("refuses a space that is larger than the campaign, with its size", () => {
    expect(() => exhaustive.plan({}, space, { seed: 1, count: POINTS - 1 })).toThrowError(
      expect.objectContaining({
        code: "XV_ERR_CAMPAIGN_SAMPLING",
        message: expect.stringContaining("624 points, more than the 623 experiments"),
        remedy: expect.stringContaining("Raise campaign.experiments to 624"),
      }),
    );
  });
});
