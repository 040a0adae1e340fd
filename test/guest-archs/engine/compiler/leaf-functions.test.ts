import { describe, expect, it } from "vitest";
import { LeafFunctions } from "../../../../guest-archs/engine/compiler/leaf-functions.ts";
import type { RegionInstruction } from "../../../../guest-archs/engine/compiler/region-graph.ts";
import { instruction } from "./small-graphs.ts";

const LINK = 1;
const SINK = 32;

const plain = (offset: number, rd = 5): RegionInstruction =>
  instruction({ offset, rd }, { writesRd: true });
const jump = (offset: number, imm: number, rd = SINK): RegionInstruction =>
  instruction({ offset, imm, rd }, { control: "jump", writesRd: true });
const branch = (offset: number, imm: number): RegionInstruction =>
  instruction({ offset, imm }, { control: "branch" });
const jumpTo = (offset: number, rs1 = LINK, imm = 0): RegionInstruction =>
  instruction({ offset, rs1, imm, rd: SINK }, { control: "indirect", writesRd: true });
const leave = (offset: number): RegionInstruction => instruction({ offset }, { control: "leave" });

function lengthOf(...code: readonly RegionInstruction[]): number | undefined {
  const byOffset = new Map(code.map((member) => [member.offset, member]));
  const leaves = new LeafFunctions({
    instructionAt: (offset) => byOffset.get(offset),
    targetsOf: () => [],
    isLink: (slot) => slot === LINK,
  });
  return leaves.lengthOf(code[0]?.offset ?? 0, LINK);
}

describe("a function that may be copied to its calls", () => {
  it("returns through the register it was called with, on all ways that were executed", () => {
    expect(lengthOf(plain(0), jumpTo(4))).toBe(2);
    expect(lengthOf(plain(0), branch(4, -4), jumpTo(8))).toBe(3);
    expect(lengthOf(branch(0, 8), jumpTo(4), jump(8, -4))).toBe(3);
    expect(lengthOf(branch(0, 400), jumpTo(4))).toBe(2);
  });

  it.each<[string, readonly RegionInstruction[]]>([
    ["calls another one", [jump(0, 100, LINK), jumpTo(4)]],
    ["changes its return address", [plain(0, LINK), jumpTo(4)]],
    ["jumps somewhere else", [branch(0, 8), jumpTo(4), jumpTo(8, 6)]],
    ["returns to another place", [jumpTo(0, LINK, 4)]],
    ["has something for the interpreter only", [leave(0), jumpTo(4)]],
    ["was never seen to return", [branch(0, 8), jump(4, -4)]],
    ["is not small", [...Array.from({ length: 40 }, (_, n) => plain(4 * n)), jumpTo(160)]],
  ])("is none that %s", (_what, code) => {
    expect(lengthOf(...code)).toBeUndefined();
  });
});
