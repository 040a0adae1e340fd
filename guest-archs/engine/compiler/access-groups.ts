// Accesses of a block that share one check of the TLB: plain loads, or plain stores, at different offsets from the same
// base register, which keeps its value between them. Prologues of functions and fields of structures are such groups.
// Nothing that happens within a region moves a page to another frame: the first write to a page leaves it.
// HOT: checks of the TLB are about a third of compiled code. (bench section speed)
import type { RegionInstruction } from "./region-graph.ts";

export interface AccessGroup {
  /** Number within the block. */
  readonly index: number;
  readonly base: number;
  readonly isStore: boolean;
  /** Offsets from the base of the first byte, and behind the last one. */
  low: number;
  high: number;
  members: number;
}

/** An access that is a member of a group. */
export interface SharedAccess {
  readonly group: AccessGroup;
  readonly offset: number;
  readonly isFirst: boolean;
}

/** Further apart, accesses are not likely to be in one page. */
const MAX_SPAN = 512;
const FEWEST = 2;

export function planShares(
  instructions: readonly RegionInstruction[],
): ReadonlyMap<RegionInstruction, SharedAccess> {
  const open = new Map<number, AccessGroup>();
  const shares = new Map<RegionInstruction, SharedAccess>();
  let groups = 0;
  for (const instruction of instructions) {
    const { traits, rs1, rd, imm } = instruction;
    if (traits.access !== undefined) {
      const { isStore, size } = traits.access;
      const key = rs1 * 2 + (isStore ? 1 : 0);
      const known = open.get(key);
      const group =
        known !== undefined && fits(known, imm, size)
          ? known
          : { index: groups++, base: rs1, isStore, low: imm, high: imm + size, members: 0 };
      open.set(key, group);
      shares.set(instruction, { group, offset: imm, isFirst: group.members === 0 });
      group.low = Math.min(group.low, imm);
      group.high = Math.max(group.high, imm + size);
      group.members += 1;
    }
    if (traits.writesRd) {
      open.delete(rd * 2);
      open.delete(rd * 2 + 1);
    }
  }
  for (const [instruction, { group }] of shares) {
    if (group.members < FEWEST) shares.delete(instruction);
  }
  return shares;
}

function fits({ low, high }: AccessGroup, imm: number, size: number): boolean {
  return Math.max(high, imm + size) - Math.min(low, imm) <= MAX_SPAN;
}
