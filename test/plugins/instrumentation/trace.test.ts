import { describe, expect, it } from "vitest";
import type { ExecutedStep } from "../../../core/index.ts";
import { trace } from "../../../plugins/instrumentation/trace.ts";
import { fakeContext } from "./fake-instrument.ts";

const STEP: ExecutedStep = {
  hart: 0,
  privilege: "M",
  pc: 0x8000_0010n,
  kind: "retired",
  word: 0x13,
  disassembly: "addi x5, x6, 1",
  written: { name: "x5", value: 0x20n },
};

function lineOf(changes: Partial<ExecutedStep>): string {
  const context = fakeContext(0);
  const instrument = trace.create({ from: 7, to: 8 }, context);
  instrument.stepped?.(7, { ...STEP, ...changes });
  return context.notes.join("");
}

describe("trace", () => {
  it("asks for its window", () => {
    expect(trace.create({ from: 7, to: 9 }, fakeContext(0)).window).toEqual({ from: 7, to: 9 });
  });

  it("refuses an empty one, before anything runs too", () => {
    const error = expect.objectContaining({ code: "XV_ERR_INSTRUMENT_WINDOW", value: "9-9" });
    expect(() => trace.create({ from: 9, to: 9 }, fakeContext(0))).toThrow(error);
    expect(() => trace.noteFile?.({ from: 9, to: 9 })).toThrow(error);
  });

  it.each<[string, Partial<ExecutedStep>, string]>([
    [
      "an instruction and what it wrote",
      {},
      "7 0 M 0x80000010 addi x5, x6, 1               x5=0x20",
    ],
    [
      "another hart's, with the name of the place",
      { hart: 1, pc: 0x10n, written: { name: "hart1.x5", value: -1n } },
      "7 1 M 0x10 <start+0x10> addi x5, x6, 1               hart1.x5=0xffffffffffffffff",
    ],
    [
      "one that traps",
      { kind: "trapped", disassembly: "ecall" },
      "7 0 M 0x80000010 ecall                        !trap",
    ],
  ])("writes down %s", (_what, changes, line) => {
    expect(lineOf(changes)).toBe(`${line}\n`);
  });

  it("writes down stores, interrupts and instructions that could not be fetched", () => {
    const nothing = { hart: 0, privilege: "S", pc: 0x1000n, disassembly: "" };
    const linesOf = (step: ExecutedStep): string => {
      const context = fakeContext(0);
      trace.create({ from: 7, to: 8 }, context).stepped?.(7, step);
      return context.notes.join("");
    };
    expect(linesOf({ ...nothing, kind: "interrupted" })).toBe("7 0 S 0x1000 (interrupt)\n");
    expect(linesOf({ ...nothing, kind: "trapped" })).toBe(
      "7 0 S 0x1000 (not fetched)                !trap\n",
    );
    expect(linesOf({ ...nothing, kind: "retired", word: 0x23, disassembly: "sd x1, 0(x2)" })).toBe(
      "7 0 S 0x1000 sd x1, 0(x2)\n",
    );
  });

  it("hands its lines over in large pieces, the rest at the end of the window or of the run", () => {
    const context = fakeContext(0);
    const instrument = trace.create({ from: 0, to: 10_000 }, context);
    for (let step = 0; step < 5000; step++) instrument.stepped?.(step, STEP);
    const early = context.notes.length;
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(20);
    expect(instrument.result?.()).toEqual({
      lines: ["5000 steps from 0 on"],
      data: { from: 0, to: 10_000, steps: 5000 },
    });
    expect(context.notes.join("").split("\n")).toHaveLength(5001);
    for (let step = 5000; step < 10_000; step++) instrument.stepped?.(step, STEP);
    expect(context.notes.join("").split("\n")).toHaveLength(10_001);
  });

  it("has its lines written to the file that its options name", () => {
    expect(trace.noteFile?.({ from: 0, to: 1, file: "/tmp/a" })).toBe("/tmp/a");
    expect(trace.noteFile?.({ from: 0, to: 1 })).toBeUndefined();
  });
});
