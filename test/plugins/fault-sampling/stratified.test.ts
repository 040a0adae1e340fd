import { describe, expect, it } from "vitest";
import type { SamplingPlan } from "../../../core/index.ts";
import { stratified } from "../../../plugins/fault-sampling/stratified.ts";
import { fakeSpace } from "./fake-space.ts";

const planOf = (options: object, count: number, seed = 3): SamplingPlan =>
  stratified.plan({ allocation: "equal", ...options }, fakeSpace(), { seed, count });

/** Experiments in registers and in memory. */
const numbersOf = ({ experiments }: SamplingPlan): number[] =>
  ["register-bit-flip/integer", "memory-bit-flip"].map(
    (name) => experiments.filter(({ stratum }) => stratum === name).length,
  );

describe("stratified sampling", () => {
  it("gives parts as many experiments each, and tells that they are no random sample together", () => {
    const plan = planOf({}, 41);
    expect(numbersOf(plan)).toEqual([21, 20]);
    expect(plan.allocation).toBe("fixed");
    expect(plan.strata.map(({ share }) => share)).toEqual([0.25, 0.75]);
  });

  it("gives them experiments by their share", () => {
    expect(numbersOf(planOf({ allocation: "proportional" }, 400))).toEqual([100, 300]);
  });

  it("gives them experiments by their share of the standard deviation", () => {
    // 0.25 * sqrt(0.5 * 0.5) = 0.125 against 0.75 * sqrt(0.1 * 0.9) = 0.225 (Cochran, "Sampling techniques", 5.5).
    const options = { allocation: "neyman", expected: { "memory-bit-flip": 0.1 } };
    expect(numbersOf(planOf(options, 350))).toEqual([125, 225]);
  });

  it("begins a longer plan with a shorter one, divided alike", () => {
    const long = planOf({ allocation: "proportional" }, 100).experiments;
    const short = planOf({ allocation: "proportional" }, 30).experiments;
    expect(long.slice(0, 30)).toEqual(short);
    const early = short.filter(({ stratum }) => stratum === "memory-bit-flip").length;
    expect(Math.abs(early - 22.5)).toBeLessThan(1);
  });

  it("draws a part's faults whatever the others get", () => {
    const inMemory = ({ experiments }: SamplingPlan): object[] =>
      experiments.filter(({ stratum }) => stratum === "memory-bit-flip").map(({ fault }) => fault);
    const few = inMemory(planOf({}, 40));
    expect(inMemory(planOf({ allocation: "proportional" }, 40)).slice(0, few.length)).toEqual(few);
    expect(inMemory(planOf({}, 40, 4))).not.toEqual(few);
  });

  it("refuses fewer experiments than parts", () => {
    expect(() => planOf({}, 1)).toThrowError(
      expect.objectContaining({
        code: "XV_ERR_CAMPAIGN_SAMPLING",
        message: expect.stringContaining("too few for 2 parts"),
      }),
    );
  });

  it("refuses an expectation of a part that there is none of", () => {
    const options = { allocation: "neyman", expected: { "register-bit-flip": 0.1, pc: 0.1 } };
    expect(() => planOf(options, 10)).toThrowError(
      expect.objectContaining({ place: "expected", value: "pc" }),
    );
  });

  it("finds expectations odd that nobody uses", () => {
    const conflict = stratified.checkOptions!({ allocation: "equal", expected: {} });
    expect(conflict).toMatchObject({ option: "expected" });
    expect(stratified.checkOptions!({ allocation: "neyman", expected: {} })).toBeUndefined();
  });
});
