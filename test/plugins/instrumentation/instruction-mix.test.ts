import { describe, expect, it } from "vitest";
import type { Operation, Semantics } from "../../../core/index.ts";
import { instructionMix } from "../../../plugins/instrumentation/instruction-mix.ts";
import { fakeContext, operation } from "./fake-instrument.ts";

const CELLS = instructionMix.cells?.({}) ?? 0;

/** The cell, counted from the first of all instruments, that a retired operation counts up. */
function cellOf(
  instrument: ReturnType<typeof instructionMix.create>,
  counted: Operation,
): number | undefined {
  let cell: number | undefined;
  const builder = { count: (chosen: number) => (cell = chosen) } as unknown as Semantics<object>;
  instrument.transform?.(counted)?.<object>(() => undefined)(builder);
  return cell;
}

describe("instruction-mix", () => {
  it("counts each name in a cell of its own, whatever the length of the instruction", () => {
    const instrument = instructionMix.create({ by: "name", top: 9 }, fakeContext(CELLS, 100));
    const names = ["add", "ld", "add", "beq"];
    expect(names.map((name) => cellOf(instrument, operation(name)))).toEqual([100, 101, 100, 102]);
  });

  it.each<[string, Operation]>([
    ["atomic", operation("amoadd.w", { memory: "atomic" })],
    ["load", operation("ld", { memory: "load" })],
    ["float store", operation("fsd", { memory: "store" }, true)],
    ["branch", operation("beq", { control: "branch" })],
    ["jump", operation("jalr", { control: "indirect" })],
    ["float arithmetic", operation("fadd.d", {}, true)],
    ["system", operation("ecall", { control: "leave" })],
    ["arithmetic", operation("add")],
  ])("counts by class: %s", (name, counted) => {
    const context = fakeContext(CELLS);
    const instrument = instructionMix.create({ by: "class", top: 9 }, context);
    context.cells[cellOf(instrument, counted) ?? -1] = 1n;
    expect(instrument.result?.().data).toEqual({ total: 1, counts: [{ name, count: 1 }] });
  });

  it("lists the most frequent ones, with their shares, and leaves out what never happened", () => {
    const context = fakeContext(CELLS);
    const instrument = instructionMix.create({ by: "name", top: 2 }, context);
    for (const name of ["add", "sub", "mul", "div"]) cellOf(instrument, operation(name));
    context.cells.set([1n, 0n, 6n, 1n]);
    const result = instrument.result?.();
    expect(result?.lines).toEqual([
      "mul                            6   75.00 %",
      "add                            1   12.50 %",
    ]);
    expect(result?.data).toEqual({
      total: 8,
      counts: [
        { name: "mul", count: 6 },
        { name: "add", count: 1 },
        { name: "div", count: 1 },
      ],
    });
  });
});
