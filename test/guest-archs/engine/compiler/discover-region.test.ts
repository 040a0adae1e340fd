import { describe, expect, it } from "vitest";
import type { CodeSource } from "../../../../guest-archs/engine/compiler/code-source.ts";
import { discoverRegion } from "../../../../guest-archs/engine/compiler/discover-region.ts";
import type { OperationTraits } from "../../../../guest-archs/engine/compiler/operation-traits.ts";
import type {
  RegionGraph,
  RegionInstruction,
} from "../../../../guest-archs/engine/compiler/region-graph.ts";
import { SINK_SLOT } from "../../../../guest-archs/engine/compiler/register-set.ts";
import { instruction } from "./small-graphs.ts";

const LINK = 1;
type Control = OperationTraits["control"];

const make = (
  offset: number,
  control: Control,
  fields: Partial<Omit<RegionInstruction, "traits">> = {},
): RegionInstruction =>
  instruction({ offset, ...fields }, { control, writesRd: fields.rd !== undefined });
const plain = (offset: number): RegionInstruction => make(offset, "next");
const branch = (offset: number, imm: number): RegionInstruction => make(offset, "branch", { imm });

function discover(
  code: readonly RegionInstruction[],
  start: number,
  targets: Readonly<Record<number, readonly number[]>> = {},
): RegionGraph | undefined {
  const byOffset = new Map(code.map((member) => [member.offset, member]));
  const source: CodeSource = {
    instructionAt: (offset) => byOffset.get(offset),
    targetsOf: (offset) => targets[offset] ?? [],
    isLink: (slot) => slot === LINK,
  };
  return discoverRegion(source, start);
}

/** Blocks as "offset: offsets of its instructions > successors". */
function shown(graph: RegionGraph | undefined): string[] {
  return (graph?.blocks ?? [])
    .toSorted((a, b) => a.offset - b.offset)
    .map((block) => {
      const list = (items: readonly { readonly offset: number }[]): string =>
        items.map(({ offset }) => offset).join(" ");
      return `${block.offset}: ${list(block.instructions)} > ${list(block.successors)}`;
    });
}

const entriesOf = (graph: RegionGraph | undefined): number[] =>
  (graph?.entries ?? []).map(({ offset }) => offset);

describe("a region", () => {
  it("has a loop and what follows it, cut where branches lead", () => {
    const graph = discover([plain(0), plain(4), branch(8, -4), make(12, "leave")], 0);
    expect(shown(graph)).toEqual(["0: 0 > 4", "4: 4 8 > 4 12", "12:  > "]);
    expect(entriesOf(graph)).toEqual([0]);
    expect(graph?.instructions).toBe(4);
  });

  it("leaves out what was never executed", () => {
    const graph = discover([branch(0, 64), make(4, "jump", { imm: 100 })], 0);
    expect(shown(graph)).toEqual(["0: 0 > 4", "4: 4 > "]);
  });

  it("is entered behind calls and left instructions, where something can be compiled", () => {
    const call = make(0, "jump", { rd: LINK, imm: 400 });
    const computed = make(4, "indirect", { rd: LINK, rs1: 9 });
    const code = [call, computed, make(8, "leave"), plain(12), make(16, "indirect", { rs1: LINK })];
    const graph = discover([...code, plain(400)], 0);
    expect(entriesOf(graph)).toEqual([0, 4, 12]);
    expect(shown(graph)).toEqual(["0: 0 > ", "4: 4 > ", "8:  > ", "12: 12 16 > "]);
  });

  it("takes in what a table leads to, but not what a return does", () => {
    const table = make(0, "indirect", { rs1: 9 });
    const graph = discover([table, make(32, "leave"), make(64, "leave")], 0, { 0: [32, 64] });
    expect(shown(graph)).toEqual(["0: 0 > 32 64", "32:  > ", "64:  > "]);
    const back = make(0, "indirect", { rs1: LINK });
    expect(shown(discover([back, make(32, "leave")], 0, { 0: [32] }))).toEqual(["0: 0 > "]);
  });

  it("has an instruction across a page border alone in a block of both pages", () => {
    const graph = discover([plain(4090), plain(4094), plain(4098), make(4102, "leave")], 4090);
    expect(shown(graph)).toEqual(["4090: 4090 > 4094", "4094: 4094 > 4098", "4098: 4098 > "]);
    expect(graph?.byPlace.get(4094)?.pages).toEqual([0, 1]);
    expect(discover([plain(4094)], 4094)).toBeUndefined();
  });

  it("starts a block with every page", () => {
    const graph = discover([plain(4092), plain(4096), make(4100, "indirect")], 4092);
    expect(shown(graph)).toEqual(["4092: 4092 > 4096", "4096: 4096 4100 > "]);
  });

  it("has a limited size", () => {
    const code = Array.from({ length: 5000 }, (_, n) => plain(n * 4));
    expect(discover(code, 0)?.instructions).toBe(600);
  });

  it("does not jump through a table to an instruction across the page border, whose second half may be elsewhere", () => {
    const jump = make(0, "indirect", { rd: SINK_SLOT, rs1: 5 });
    const across = instruction({ offset: 4094 });
    const graph = discover([jump, plain(64), make(68, "leave"), across], 0, { 0: [64, 4094] });
    expect(graph?.byPlace.get(64)?.isTableTarget).toBe(true);
    expect(graph?.byPlace.has(4094)).toBe(false);
  });
});
