import { describe, expect, it } from "vitest";
import { arrivalsOf, endOf, struckCores } from "../../../plugins/fault-arrivals/arrival-process.ts";
import type { ArrivalProcess } from "../../../plugins/fault-arrivals/arrival-process.ts";
import { fakeArrivalTarget } from "./fake-arrival-target.ts";

const process = (changes: Partial<ArrivalProcess> = {}): ArrivalProcess => ({
  seed: 1,
  rate: 1e-3,
  untilSteps: 1_000_000,
  cores: [0, 1],
  draw: (random) => ({ use: "result-bit-flip", bit: random.below(64) }),
  ...changes,
});

describe("arrivalsOf", () => {
  it("repeats by seed and differs without", () => {
    expect(arrivalsOf(process())).toEqual(arrivalsOf(process()));
    expect(arrivalsOf(process({ seed: 2 }))).not.toEqual(arrivalsOf(process()));
  });

  it("brings as many as the rate says, with a Poisson distribution", () => {
    const counts = Array.from(
      { length: 400 },
      (_, seed) => arrivalsOf(process({ seed, untilSteps: 5000, cores: [0] })).length,
    );
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
    // The mean of 400 has a deviation of 0.11, the variance one of 0.37.
    expect(Math.abs(mean - 5)).toBeLessThan(0.4);
    expect(Math.abs(variance - 5)).toBeLessThan(1.3);
  });

  it("orders them by step and keeps them below the end", () => {
    const arrivals = arrivalsOf(process());
    expect(arrivals.map(({ at }) => at)).toEqual(
      arrivals.map(({ at }) => at).toSorted((a, b) => a - b),
    );
    expect(arrivals.at(-1)!.at).toBeLessThan(1_000_000);
    expect(new Set(arrivals.map(({ core }) => core))).toEqual(new Set([0, 1]));
  });

  it("strikes a core alike, whichever others are struck", () => {
    const both = arrivalsOf(process()).filter(({ core }) => core === 1);
    expect(arrivalsOf(process({ cores: [1] }))).toEqual(both);
  });

  it("ends with the count of all cores together", () => {
    const counted = arrivalsOf(process({ count: 5, untilSteps: undefined }));
    expect(counted).toEqual(arrivalsOf(process()).slice(0, 5));
    expect(arrivalsOf(process({ rate: 0 }))).toEqual([]);
  });

  it("refuses what nobody could look at, and steps that cannot be counted", () => {
    const refused = expect.objectContaining({ code: "XV_ERR_ARRIVAL_RATE" });
    expect(() => arrivalsOf(process({ rate: 1 }))).toThrowError(refused);
    expect(() =>
      arrivalsOf(process({ rate: 1e-18, count: 1, untilSteps: undefined })),
    ).toThrowError(refused);
  });
});

describe("struckCores", () => {
  const target = fakeArrivalTarget();

  it("are by default all of them", () => {
    expect(struckCores(undefined, target)).toEqual([0, 1, 2]);
    expect(struckCores([2, 0, 0], target)).toEqual([0, 2]);
  });

  it("exist", () => {
    expect(() => struckCores([3], target)).toThrowError(
      expect.objectContaining({ code: "XV_ERR_ARRIVAL_CORE", place: "cores", value: "3" }),
    );
  });
});

describe("endOf", () => {
  it("is the option, else the run's limit, else a count has to end the arrivals", () => {
    expect(endOf(10, fakeArrivalTarget({ stepLimit: 5 }))).toBe(10);
    expect(endOf(undefined, fakeArrivalTarget({ stepLimit: 5 }))).toBe(5);
    expect(endOf(undefined, fakeArrivalTarget(), 3)).toBeUndefined();
    expect(() => endOf(undefined, fakeArrivalTarget())).toThrowError(
      expect.objectContaining({ code: "XV_ERR_ARRIVAL_RATE", place: "untilSteps" }),
    );
  });
});
