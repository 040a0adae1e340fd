import { describe, expect, it } from "vitest";
import type { ArrivalProfile } from "../../../core/index.ts";
import { upperBound } from "../../../core/statistics/binomial-bounds.ts";
import type { ClassifiedFault, FaultOutcome } from "../../../core/reliability/fault-outcomes.ts";
import { reliabilityFigures } from "../../../core/reliability/reliability-figures.ts";

const profile: ArrivalProfile = {
  place: "somewhere",
  relativeFlux: 2,
  cores: 2,
  rates: [
    { structure: "registers", model: "register-bit-flip", bits: 100, fit: 50, isProtected: false },
    { structure: "memory", model: "memory-bit-flip", bits: 9000, fit: 150, isProtected: true },
    { structure: "operations", model: "result-bit-flip", fit: 10, isProtected: false },
  ],
  hoursInRun: 8760,
  acceleration: 1e6,
  missionHours: 1e6,
};

const faults = (
  use: string,
  outcomes: Partial<Record<FaultOutcome, number>>,
  isCompared = true,
): ClassifiedFault[] =>
  Object.entries(outcomes).flatMap(([outcome, count]) =>
    Array.from({ length: count }, () => ({
      use,
      outcome: outcome as FaultOutcome,
      isCompared,
    })),
  );

const figuresOf = (all: readonly ClassifiedFault[]): ReturnType<typeof reliabilityFigures> =>
  reliabilityFigures(profile, { runs: 1, faults: all, confidence: 0.95 });

describe("reliabilityFigures", () => {
  it("adds up raw rates of all cores and what protection leaves", () => {
    const { rawFit, unprotectedFit, faultsPerMission, structures } = figuresOf([]);
    expect(rawFit).toBe(420);
    expect(unprotectedFit).toBe(120);
    expect(faultsPerMission).toBeCloseTo(0.42, 9);
    expect(structures.map((s) => [s.structure, s.rawFit])).toEqual([
      ["registers", 100],
      ["memory", 300],
      ["operations", 20],
    ]);
  });

  it("derates each structure by its own outcomes", () => {
    const figures = figuresOf([
      ...faults("register-bit-flip", { masked: 60, recovered: 38, stopped: 2 }),
      ...faults("result-bit-flip", { masked: 10, recovered: 10 }),
    ]);
    expect(figures.noticed).toMatchObject({ trials: 120, events: 50 });
    expect(figures.noticed.fit).toBeCloseTo(100 * 0.4 + 20 * 0.5, 9);
    expect(figures.detectedUnrecoverable.fit).toBeCloseTo(2, 9);
    expect(figures.detectedUnrecoverable.mttfHours).toBeCloseTo(5e8, 0);
    expect(figures.structures[0]!.outcomes).toMatchObject({
      masked: 60,
      recovered: 38,
      stopped: 2,
    });
    expect(figures.silent).toMatchObject({ trials: 120, events: 0, fit: 0 });
    expect(figures.silent).not.toHaveProperty("mttfHours");
  });

  it("bounds all structures together", () => {
    const { silent } = figuresOf([
      ...faults("register-bit-flip", { masked: 100 }),
      ...faults("result-bit-flip", { masked: 20 }),
    ]);
    // Two structures share the 5 %.
    const bound = 100 * upperBound(0, 100, 0.975) + 20 * upperBound(0, 20, 0.975);
    expect(silent!.fitUpperBound).toBeCloseTo(bound, 9);
    expect(silent!.mttfLowerBoundHours).toBeCloseTo(1e9 / bound, 3);
  });

  it("counts a structure that was never tried with its whole rate, and has no estimate then", () => {
    const { noticed } = figuresOf(faults("register-bit-flip", { masked: 100 }));
    expect(noticed).not.toHaveProperty("fit");
    expect(noticed.fitUpperBound).toBeCloseTo(100 * upperBound(0, 100, 0.975) + 20, 9);
    expect(figuresOf([]).noticed.fitUpperBound).toBe(120);
  });

  it("leaves out what could not be told", () => {
    const unseen = figuresOf(faults("register-bit-flip", { unseen: 5 }, false));
    expect(unseen.noticed.trials).toBe(0);
    expect(unseen).not.toHaveProperty("silent");
    const mixed = figuresOf([
      ...faults("register-bit-flip", { masked: 3 }, false),
      ...faults("register-bit-flip", { masked: 4, wrong: 1 }),
    ]);
    expect(mixed.silent).toMatchObject({ trials: 5, events: 1 });
  });

  it("counts faults that stand for no structure apart", () => {
    const figures = figuresOf([
      ...faults("worker-crash", { recovered: 2 }),
      ...faults("register-bit-flip", { masked: 1 }),
    ]);
    expect(figures.otherFaults).toBe(2);
    expect(figures.noticed.trials).toBe(1);
  });
});
