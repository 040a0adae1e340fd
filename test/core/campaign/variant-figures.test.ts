import { describe, expect, it } from "vitest";
import { failuresOf, figuresOf, totalOf } from "../../../core/campaign/variant-figures.ts";
import type { Outcome, StoredResult } from "../../../core/index.ts";
import { fakeFacts, INTEGERS } from "../statistics/fake-results.ts";

const result = (
  index: number,
  outcome: Outcome,
  more: Partial<StoredResult> = {},
): StoredResult => ({
  index,
  outcome,
  ended: "guest-end",
  variant: "base",
  experiment: {
    index,
    fault: { use: "register-bit-flip", at: index, register: `x${index % 2}`, bit: index },
    stratum: "register-bit-flip/integer",
    weight: 1,
  },
  ...more,
});

const PLAN = fakeFacts();

const RESULTS: readonly StoredResult[] = [
  result(0, "masked"),
  result(1, "recovered"),
  result(2, "silent-corruption", { firstWrong: { output: "uart0, byte 17" } }),
  result(3, "recovered"),
  result(4, "crash"),
];

describe("figuresOf", () => {
  it("gathers what a report shows", () => {
    const figures = figuresOf(PLAN, RESULTS);
    expect(figures.failed).toEqual(new Set([2, 4]));
    expect(figures.failures.map(({ index }) => index)).toEqual([2, 4]);
    expect(figures.recovered?.index).toBe(3);
    expect([...figures.firstWrong]).toEqual([["an output", 1]]);
  });

  it("puts what was struck together by bit", () => {
    const { bits } = figuresOf(PLAN, [...RESULTS, result(4, "masked")]);
    const x0 = bits.filter(({ register }) => register === "x0");
    expect(x0.map(({ bit }) => bit)).toEqual([0, 2, 4]);
    expect(x0[2]?.counts).toMatchObject({ crash: 1, masked: 1 });
    expect(totalOf(x0[2]!.counts)).toBe(2);
    expect(failuresOf(x0[2]!.counts)).toBe(1);
  });

  it("knows faults in several bits, and those in none", () => {
    const fault = { use: "register-bit-flip", at: 1, register: "x7", bits: [3, 9] };
    const memory = { use: "memory-bit-flip", at: 1, address: 5, bit: 1 };
    const { bits } = figuresOf(PLAN, [
      result(0, "masked", { experiment: { index: 0, fault, stratum: "s", weight: 1 } }),
      result(1, "masked", { experiment: { index: 1, fault: memory, stratum: "s", weight: 1 } }),
    ]);
    expect(bits.map(({ register, bit }) => `${register}.${bit}`)).toEqual(["x7.3", "x7.9"]);
  });

  it("weighs faults with what they stand for", () => {
    const read = { ...INTEGERS, name: "register-bit-flip/integer/read", share: 0.4 };
    const dead = { ...INTEGERS, name: "dead", share: 0.6, known: "masked" as const };
    const classOf = (index: number, outcome: Outcome, weight: number): StoredResult => {
      const { experiment, ...kept } = result(index, outcome);
      const fault = { ...experiment.fault, register: "x1", bit: 0 };
      return { ...kept, experiment: { ...experiment, fault, stratum: read.name, weight } };
    };
    const plan = { strata: [read, dead], allocation: "every-point" as const };
    const { bits } = figuresOf(plan, [classOf(0, "crash", 1), classOf(1, "masked", 3)]);
    expect(bits[0]?.counts).toMatchObject({ crash: 1, masked: 1 });
    expect(bits[0]?.shares["crash"]).toBeCloseTo(0.1, 12);
    expect(bits[0]?.shares["masked"]).toBeCloseTo(0.3, 12);
  });
});
