import { describe, expect, it } from "vitest";
import type { ArrivalProfile, ArrivalTarget, FaultConfig } from "../../../core/index.ts";
import { defaultOptionsOf } from "../../../core/config/default-options.ts";
import { softError } from "../../../plugins/fault-arrivals/soft-error.ts";
import { fakeArrivalTarget } from "./fake-arrival-target.ts";

/** 130 bits of registers, 2^20 bytes of memory, 10^9 steps in a second. */
const target = fakeArrivalTarget({ ramBytes: 2 ** 20, stepLimit: 3_600_000_000 });
const defaults = defaultOptionsOf({
  ...softError,
  schema: { ...softError.schema, required: [] },
});

const profile = (options: object, machine: ArrivalTarget = target): ArrivalProfile =>
  softError.profile!({ ...defaults, yearsInRun: 1, ...options }, machine);
const expand = (options: object): readonly FaultConfig[] =>
  softError.expand({ ...defaults, yearsInRun: 1, ...options }, target);

describe("soft-error profile", () => {
  it("has the rates of its structures at the reference", () => {
    const { relativeFlux, rates } = profile({});
    expect(relativeFlux).toBeCloseTo(1, 2);
    expect(rates.map(({ structure }) => structure)).toEqual(["registers", "memory"]);
    expect(rates[0]!.bits).toBe(130);
    expect(rates[0]!.fit / relativeFlux).toBeCloseTo((130 * 1200) / 1e6, 9);
    expect(rates[1]!.bits).toBe(2 ** 23);
    expect(rates[1]!.fit / relativeFlux).toBeCloseTo(8.388608 * 0.01, 9);
  });

  it("scales them with the flux of the place", () => {
    const place = { altitudeMeters: 1609, cutoffRigidityGV: 2.8 };
    const { relativeFlux, rates, place: text } = profile(place);
    expect(relativeFlux).toBeCloseTo(3.76, 2);
    expect(rates[0]!.fit / profile({}).rates[0]!.fit).toBeCloseTo(3.76, 1);
    expect(text).toContain("1,609 m");
  });

  it("has structures without a default only where they are given", () => {
    const { rates } = profile({ tlbBits: 1000, operationFit: 7, memoryFitPerMbit: 0 });
    expect(rates.map(({ structure, bits }) => [structure, bits])).toEqual([
      ["registers", 130],
      ["tlb", 1000],
      ["operations", undefined],
    ]);
    expect(rates[2]!.fit).toBeCloseTo(7, 1);
  });

  it("says how much time is pressed into the run", () => {
    // The run is 3.6 s of the machine's own time, a thousandth of an hour.
    const { hoursInRun, acceleration, missionHours } = profile({ missionHours: 100 });
    expect(hoursInRun).toBe(8760);
    expect(acceleration).toBeCloseTo(8_760_000, 3);
    expect(missionHours).toBe(100);
  });

  it("counts the cores that run a replica at a time", () => {
    expect(profile({}).cores).toBe(2);
    expect(profile({ cores: [1] }).cores).toBe(1);
    expect(profile({}, fakeArrivalTarget({ busyCores: 1, cores: 2, stepLimit: 9 })).cores).toBe(1);
  });

  it("needs an end", () => {
    expect(() => profile({}, fakeArrivalTarget())).toThrowError(
      expect.objectContaining({ code: "XV_ERR_ARRIVAL_RATE", place: "untilSteps" }),
    );
    expect(profile({ untilSteps: 10 }, fakeArrivalTarget()).hoursInRun).toBe(8760);
  });
});

describe("soft-error arrivals", () => {
  it("come as often as the rates say, by structure", () => {
    // 0.156 and 0.0839 FIT in 10^12 hours: 156 and 84 events for each of three cores.
    const faults = expand({ yearsInRun: 1e12 / 8760 });
    const count = (use: string): number => faults.filter((fault) => fault.use === use).length;
    expect(Math.abs(count("register-bit-flip") - 468)).toBeLessThan(4 * Math.sqrt(468));
    expect(Math.abs(count("memory-bit-flip") - 252)).toBeLessThan(4 * Math.sqrt(252));
    expect(faults.length).toBe(count("register-bit-flip") + count("memory-bit-flip"));
    expect(faults.every(({ at }) => at < target.stepLimit)).toBe(true);
    expect(expand({ yearsInRun: 1e12 / 8760 })).toEqual(faults);
  });

  it("spare what is protected", () => {
    const faults = expand({ yearsInRun: 1e12 / 8760, protected: ["memory"] });
    expect(new Set(faults.map(({ use }) => use))).toEqual(new Set(["register-bit-flip"]));
    expect(profile({ protected: ["memory"] }).rates[1]).toMatchObject({ isProtected: true });
    expect(expand({ yearsInRun: 1e12, protected: ["memory", "registers"] })).toEqual([]);
  });

  it("strike translations and results where their rates are given", () => {
    const faults = expand({ yearsInRun: 1e12 / 8760, tlbBits: 1000, operationFit: 0.1 });
    const uses = new Set(faults.map(({ use }) => use));
    expect(uses).toContain("tlb-bit-flip");
    expect(uses).toContain("result-bit-flip");
  });

  it("are rare on the ground", () => {
    expect(expand({ yearsInRun: 10 })).toEqual([]);
  });
});
