import { describe, expect, it } from "vitest";
import { failuresOf, figuresOf, totalOf } from "../../../core/campaign/variant-figures.ts";
import type { Outcome, StoredResult } from "../../../core/index.ts";

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

const RESULTS: readonly StoredResult[] = [
  result(0, "masked"),
  result(1, "recovered"),
  result(2, "silent-corruption", { firstWrong: { output: "uart0, byte 17" } }),
  result(3, "recovered"),
  result(4, "crash"),
];

describe("figuresOf", () => {
  it("gathers what a report shows, also from results that come one by one", async () => {
    async function* later(): AsyncGenerator<StoredResult> {
      yield* RESULTS;
    }
    const figures = await figuresOf(later());
    expect(figures).toEqual(await figuresOf(RESULTS));
    expect(figures.failed).toEqual(new Set([2, 4]));
    expect(figures.failures.map(({ index }) => index)).toEqual([2, 4]);
    expect(figures.recovered?.index).toBe(3);
    expect([...figures.firstWrong]).toEqual([["an output", 1]]);
  });

  it("puts what was struck together by bit", async () => {
    const { bits } = await figuresOf([...RESULTS, result(4, "masked")]);
    const x0 = bits.filter(({ register }) => register === "x0");
    expect(x0.map(({ bit }) => bit)).toEqual([0, 2, 4]);
    expect(x0[2]?.counts).toMatchObject({ crash: 1, masked: 1 });
    expect(totalOf(x0[2]!.counts)).toBe(2);
    expect(failuresOf(x0[2]!.counts)).toBe(1);
  });

  it("knows faults in several bits, and those in none", async () => {
    const fault = { use: "register-bit-flip", at: 1, register: "x7", bits: [3, 9] };
    const memory = { use: "memory-bit-flip", at: 1, address: 5, bit: 1 };
    const { bits } = await figuresOf([
      result(0, "masked", { experiment: { index: 0, fault, stratum: "s", weight: 1 } }),
      result(1, "masked", { experiment: { index: 1, fault: memory, stratum: "s", weight: 1 } }),
    ]);
    expect(bits.map(({ register, bit }) => `${register}.${bit}`)).toEqual(["x7.3", "x7.9"]);
  });
});
