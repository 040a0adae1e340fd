import { describe, expect, it } from "vitest";
import {
  failuresOf,
  figuresOf,
  NO_SYMBOL,
  totalOf,
} from "../../../core/campaign/variant-figures.ts";
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
  result(0, "masked", { struck: { hart: 0, pc: 0n, symbol: "main+0x1c", text: "nop" } }),
  result(1, "recovered", { detector: "ballots", latencySteps: 70, lostSteps: 500 }),
  result(2, "silent-corruption", {
    struck: { hart: 0, pc: 0n, symbol: "main", text: "nop" },
    firstWrong: { output: "uart0, byte 17" },
    measured: { wallMs: 7 },
  }),
  result(3, "recovered", { detector: "state", latencySteps: 90, measured: { wallMs: 5 } }),
  result(4, "crash", { struck: { hart: 0, pc: 0n, text: "nop" } }),
];

describe("figuresOf", () => {
  it("gathers what a report shows, also from results that come one by one", async () => {
    async function* later(): AsyncGenerator<StoredResult> {
      yield* RESULTS;
    }
    const figures = await figuresOf(later());
    expect(figures).toEqual(await figuresOf(RESULTS));
    expect(figures.counts).toMatchObject({ masked: 1, recovered: 2, crash: 1, hang: 0 });
    expect(totalOf(figures.counts)).toBe(5);
    expect(failuresOf(figures.counts)).toBe(2);
    expect(figures.failed).toEqual(new Set([2, 4]));
    expect(figures.failures.map(({ index }) => index)).toEqual([2, 4]);
    expect([...figures.byDetector]).toEqual([
      ["ballots", 1],
      ["state", 1],
    ]);
    expect(figures.latencies).toEqual([70, 90]);
    expect(figures.lostSteps).toEqual([500]);
    expect(figures.recovered?.index).toBe(3);
    expect(figures.measuredMs).toBe(12);
    expect([...figures.firstWrong]).toEqual([["an output", 1]]);
  });

  it("puts what was struck together by bit and by function", async () => {
    const { bits, byFunction, byStratum } = await figuresOf([...RESULTS, result(4, "masked")]);
    const x0 = bits.filter(({ register }) => register === "x0");
    expect(x0.map(({ bit }) => bit)).toEqual([0, 2, 4]);
    expect(x0[2]?.counts).toMatchObject({ crash: 1, masked: 1 });
    expect(byFunction.get("main")).toMatchObject({ masked: 1, "silent-corruption": 1 });
    expect(byFunction.get(NO_SYMBOL)).toMatchObject({ crash: 1 });
    expect(totalOf(byStratum.get("register-bit-flip/integer")!)).toBe(6);
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
