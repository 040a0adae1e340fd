import { describe, expect, it } from "vitest";
import type { Stratum } from "../../../core/index.ts";
import { upperBound } from "../../../core/statistics/binomial-bounds.ts";
import { wilsonInterval } from "../../../core/statistics/score-interval.ts";
import { summarise } from "../../../core/statistics/summary.ts";
import { fakeFacts, fakeResult, INTEGERS, resultsOf } from "./fake-results.ts";

const OPTIONS = { variant: "base", confidence: 0.95 };

describe("summarise", () => {
  it("counts outcomes, with intervals and bounds, and points of the fault space", () => {
    const results = resultsOf([
      ["masked", 60],
      ["recovered", 30],
      ["silent-corruption", 6],
      ["crash", 4],
    ]);
    const summary = summarise(fakeFacts(), results, OPTIONS);
    expect(summary).toMatchObject({ experiments: 100, planned: 100, points: 200_000 });
    const { masked, hang } = summary.outcomes;
    expect(masked).toMatchObject({
      experiments: 60,
      share: 0.6,
      extrapolated: { points: 120_000 },
    });
    expect(masked.interval).toEqual(wilsonInterval(0.6, 100, 0.95));
    expect(hang).toMatchObject({ experiments: 0, share: 0, upperBound: upperBound(0, 100, 0.95) });
    expect(summary.failures).toMatchObject({ experiments: 10, extrapolated: { points: 20_000 } });
    expect(summary.failures.extrapolated!.interval!.high).toBeCloseTo(
      200_000 * wilsonInterval(0.1, 100, 0.95).high,
      6,
    );
    expect(summary.coverage.share).toBeCloseTo(0.9, 12);
    expect(summary.coverage.lowerBound).toBeCloseTo(1 - upperBound(10, 100, 0.95), 12);
    expect(summary.survived.share).toBeCloseTo(0.9, 12);
  });

  it("claims what 30,000 faults without a failure allow", () => {
    const results = resultsOf([
      ["masked", 20_000],
      ["recovered", 10_000],
    ]);
    const { coverage } = summarise(fakeFacts({ planned: 30_000 }), results, OPTIONS);
    expect(coverage.lowerBound).toBeGreaterThan(0.9999);
    expect(coverage.lowerBound).toBeLessThan(0.99991);
  });

  it("is the same whatever the order of results", () => {
    const results = resultsOf([
      ["masked", 40],
      ["hang", 3],
    ]);
    const facts = fakeFacts({ planned: 43 });
    const turned = summarise(facts, results.toReversed(), OPTIONS);
    expect(JSON.stringify(turned)).toBe(JSON.stringify(summarise(facts, results, OPTIONS)));
  });

  it("weighs strata that got more experiments than their share", () => {
    const strata: Stratum[] = [
      { ...INTEGERS, name: "large", share: 0.9, points: 180_000 },
      { ...INTEGERS, name: "small", share: 0.1, points: 20_000 },
    ];
    const results = Array.from({ length: 100 }, (_, index) =>
      fakeResult(
        index,
        { outcome: index % 5 === 0 && index >= 50 ? "crash" : "masked" },
        {
          stratum: index < 50 ? "large" : "small",
          fault: { use: "register-bit-flip", at: 1, register: index < 50 ? "x1" : "x2" },
        },
      ),
    );
    const facts = fakeFacts({ strata, allocation: "fixed" });
    const { outcomes, byRegister, byModel } = summarise(facts, results, OPTIONS);
    expect(outcomes.crash.share).toBeCloseTo(0.1 * 0.2, 12);
    expect(byRegister.map(({ name, failures }) => [name, failures])).toEqual([
      ["x1", 0],
      ["x2", expect.closeTo(0.2, 12)],
    ]);
    expect(byModel[0]!.failures).toBeCloseTo(0.02, 12);
  });

  it("counts weights, and points that are known without an experiment", () => {
    const strata: Stratum[] = [
      { ...INTEGERS, name: "dead", share: 0.75, points: 150_000, known: "masked" },
      { ...INTEGERS, name: "live", share: 0.25, points: 50_000 },
    ];
    const live = (index: number, outcome: "masked" | "hang", weight: number): object =>
      fakeResult(index, { outcome }, { stratum: "live", weight });
    const results = [live(0, "masked", 40_000), live(1, "hang", 10_000)] as ReturnType<
      typeof fakeResult
    >[];
    const facts = fakeFacts({ strata, allocation: "every-point", planned: 2 });
    const summary = summarise(facts, results, OPTIONS);
    expect(summary.outcomes.masked).toEqual({
      experiments: 1,
      share: expect.closeTo(0.95, 12),
      upperBound: expect.closeTo(0.95, 12),
      lowerBound: expect.closeTo(0.95, 12),
      extrapolated: { points: expect.closeTo(190_000, 6) },
    });
    expect(summary.failures.extrapolated!.points).toBeCloseTo(10_000, 6);
    expect(summary.notes.join(" ")).toContain(
      "Every point of the fault space was tried or is known",
    );
    expect(summary.byRegister[0]!.failureInterval).toBeUndefined();
  });

  it("gives no sum of points where models weigh differently", () => {
    const strata: Stratum[] = [
      { ...INTEGERS, share: 0.5 },
      { ...INTEGERS, name: "memory-bit-flip", part: "memory-bit-flip", share: 0.5, points: 9e9 },
    ];
    const { failures, notes } = summarise(
      fakeFacts({ strata }),
      resultsOf([["hang", 100]]),
      OPTIONS,
    );
    expect(failures.extrapolated).toBeUndefined();
    expect(notes.join(" ")).toContain("absolute counts are given for each of them");
  });

  it("groups by register, bit, function and detector, in the order that people expect", () => {
    const at = (index: number, register: string, bit: number, symbol: string): object =>
      fakeResult(
        index,
        {
          outcome: "recovered",
          detector: index === 0 ? "crash" : "ballots",
          struck: { hart: 0, pc: 0n, symbol, text: "nop" },
        },
        { fault: { use: "register-bit-flip", at: 1, register, bit } },
      );
    const results = [
      at(0, "x10", 63, "main+0x10"),
      at(1, "x2", 7, "main"),
      at(2, "x2", 7, "strlen+0x4"),
    ] as ReturnType<typeof fakeResult>[];
    const summary = summarise(fakeFacts({ planned: 3 }), results, OPTIONS);
    const names = (groups: readonly { readonly name: string }[]): string[] =>
      groups.map(({ name }) => name);
    expect(names(summary.byRegister)).toEqual(["x2", "x10"]);
    expect(names(summary.byBit)).toEqual(["7", "63"]);
    expect(names(summary.byFunction)).toEqual(["main", "strlen"]);
    expect(summary.byFunction[0]).toMatchObject({ experiments: 2, outcomes: { recovered: 2 } });
    expect(summary.detectors).toEqual([
      { detector: "ballots", experiments: 2 },
      { detector: "crash", experiments: 1 },
    ]);
  });

  it("tells quantiles of latencies of what was detected", () => {
    const results = Array.from({ length: 100 }, (_, index) =>
      fakeResult(
        index,
        index < 10 ? {} : { outcome: "recovered", latencySteps: index, latencyEpochs: 1 },
      ),
    );
    const { latencySteps, latencyEpochs, lostSteps } = summarise(fakeFacts(), results, OPTIONS);
    expect(latencySteps).toEqual({ count: 90, median: 54, p90: 90, p99: 99, max: 99 });
    expect(latencyEpochs).toMatchObject({ median: 1, max: 1 });
    expect(lostSteps).toBeUndefined();
  });

  it("tells the vulnerability of a structure, and rates of failure from a raw rate", () => {
    const results = resultsOf([
      ["masked", 60],
      ["silent-corruption", 40],
    ]);
    const { structures, rate } = summarise(fakeFacts(), results, {
      ...OPTIONS,
      rawFitPerMbit: 1000,
    });
    expect(structures).toEqual([
      expect.objectContaining({
        name: "register-bit-flip/integer",
        sites: 200,
        experiments: 100,
        avf: expect.objectContaining({ share: 0.4 }),
        failures: expect.objectContaining({ share: 0.4 }),
      }),
    ]);
    // 200 bits at 1,000 FIT per 10^6 bits: 0.2 FIT raw, of which 0.4 fail (Mukherjee et al., MICRO 2003, equation 1).
    expect(rate).toMatchObject({ bits: 200, rawFit: 0.2 });
    expect(rate!.fit).toBeCloseTo(0.08, 12);
    expect(rate!.mttfHours).toBeCloseTo(1.25e10, 0);
    expect(rate!.fitUpperBound).toBeCloseTo(0.2 * upperBound(40, 100, 0.95), 12);
    expect(rate!.mttfLowerBoundHours).toBeCloseTo(1e9 / rate!.fitUpperBound, 0);
  });

  it("has no rate where nothing that was struck stores anything", () => {
    const facts = fakeFacts();
    const parts = facts.parts.map((part) => ({ ...part, isStorage: false }));
    const options = { ...OPTIONS, rawFitPerMbit: 1000 };
    expect(summarise({ ...facts, parts }, [], options).rate).toBeUndefined();
  });

  it("says when experiments are missing, or struck nothing", () => {
    const results = [fakeResult(0), fakeResult(40, { injected: undefined } as object)];
    const { notes } = summarise(fakeFacts(), results, OPTIONS);
    expect(notes.join(" ")).toContain("98 of 100 experiments are missing, and not at random");
    expect(notes.join(" ")).toContain("In 1 experiments there was nothing to strike");
  });

  it("takes the first experiments of a plan for a smaller sample", () => {
    const { notes, experiments } = summarise(fakeFacts(), resultsOf([["masked", 20]]), OPTIONS);
    expect([experiments, notes]).toEqual([20, []]);
  });
});
