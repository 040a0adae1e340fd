import { describe, expect, it } from "vitest";
import { planShares } from "../../../../guest-archs/engine/compiler/access-groups.ts";
import type { RegionInstruction } from "../../../../guest-archs/engine/compiler/region-graph.ts";
import { instruction } from "./small-graphs.ts";

const load = (rd: number, imm: number, rs1: number): RegionInstruction =>
  instruction(
    { rd, rs1, imm },
    { readsRs1: true, writesRd: true, mayLeave: true, access: { isStore: false, size: 8 } },
  );
const store = (imm: number, rs1: number): RegionInstruction =>
  instruction({ rs1, imm }, { readsRs1: true, mayLeave: true, access: { isStore: true, size: 4 } });

/** Number of the group of each instruction. */
const groups = (...code: readonly RegionInstruction[]): (number | undefined)[] => {
  const shares = planShares(code);
  return code.map((member) => shares.get(member)?.group.index);
};

describe("accesses that share a check", () => {
  it("have the same base register and are of the same kind", () => {
    expect(
      groups(load(10, 0, 2), store(8, 2), load(11, 16, 2), store(0, 2), load(12, 0, 3)),
    ).toEqual([0, 1, 0, 1, undefined]);
  });

  it("span all their bytes, and the first one checks", () => {
    const code = [load(10, 8, 2), load(11, -16, 2), load(12, 40, 2)];
    const shares = planShares(code);
    expect(shares.get(code[1] as RegionInstruction)?.group).toMatchObject({ low: -16, high: 48 });
    expect(code.map((member) => shares.get(member)?.isFirst)).toEqual([true, false, false]);
  });

  it("end with a change of the base, also by one of them", () => {
    const change = instruction({ rd: 2 }, { writesRd: true });
    expect(groups(load(10, 0, 2), load(11, 8, 2), change, load(12, 0, 2), load(13, 8, 2))).toEqual([
      0,
      0,
      undefined,
      1,
      1,
    ]);
    expect(groups(load(2, 0, 2), load(11, 8, 2))).toEqual([undefined, undefined]);
  });

  it("are at most half a KiB apart", () => {
    expect(groups(load(10, 0, 2), load(11, 504, 2))).toEqual([0, 0]);
    expect(groups(load(10, 0, 2), load(11, 505, 2))).toEqual([undefined, undefined]);
  });
});
