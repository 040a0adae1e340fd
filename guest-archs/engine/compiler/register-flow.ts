// Which registers differ from memory where (dirty, forward), and which locals have to hold their register's value where
// (live, backward). A register that an exit stores counts as used there: on some way to it, it may not have been written.
import type { ControlFlow } from "./control-flow.ts";
import type { Block, RegionInstruction } from "./region-graph.ts";
import {
  contains,
  including,
  NO_REGISTERS,
  type RegisterSet,
  union,
  without,
} from "./register-set.ts";

/** Sets `dirtyIn`, `dirtyOut` and `liveIn`. @returns what the exits behind the dispatcher store. */
export function analyzeRegisters({ blocks }: ControlFlow): RegisterSet {
  const written = new Map(blocks.map((block) => [block, writtenBy(block)]));
  for (const block of blocks) {
    block.dirtyIn = NO_REGISTERS;
    block.dirtyOut = written.get(block) ?? NO_REGISTERS;
    block.liveIn = NO_REGISTERS;
  }
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const block of blocks) {
      for (const successor of block.successors) {
        if (contains(successor.dirtyIn, block.dirtyOut)) continue;
        successor.dirtyIn = union(successor.dirtyIn, block.dirtyOut);
        successor.dirtyOut = union(successor.dirtyOut, successor.dirtyIn);
        isChanged = true;
      }
    }
  }
  let tableDirty = NO_REGISTERS;
  for (const block of blocks) {
    if (isTable(block)) tableDirty = union(tableDirty, block.dirtyOut);
  }
  const needed = new Map(blocks.map((block) => [block, neededBy(block, tableDirty)]));
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const block of blocks.toReversed()) {
      let live = NO_REGISTERS;
      for (const successor of block.successors) live = union(live, successor.liveIn);
      const through = without(live, written.get(block) ?? NO_REGISTERS);
      const liveIn = union(needed.get(block) ?? NO_REGISTERS, through);
      if (contains(block.liveIn, liveIn)) continue;
      block.liveIn = union(block.liveIn, liveIn);
      isChanged = true;
    }
  }
  return tableDirty;
}

function isTable({ terminator }: Block): boolean {
  return terminator.kind === "indirect" && terminator.isTable;
}

function writtenBy({ instructions }: Block): RegisterSet {
  let written = NO_REGISTERS;
  for (const { traits, rd } of instructions) if (traits.writesRd) written = including(written, rd);
  return written;
}

/** Registers used before the block writes them, by instructions or by exits on the way. */
function neededBy(block: Block, tableDirty: RegisterSet): RegisterSet {
  let needed = block.isCheck ? block.dirtyIn : NO_REGISTERS;
  let written = NO_REGISTERS;
  const need = (set: RegisterSet): void => {
    needed = union(needed, without(set, written));
  };
  for (const instruction of block.instructions) {
    need(sourcesOf(instruction));
    if (instruction.traits.mayLeave) need(block.dirtyIn);
    if (instruction.traits.writesRd) written = including(written, instruction.rd);
  }
  if (mayLeaveAtEnd(block)) need(block.dirtyIn);
  if (isTable(block)) need(tableDirty);
  return needed;
}

/** A target that is not in the region, or in a page that may turn out to be mapped otherwise. */
function mayLeaveAtEnd({ terminator, successors, pages }: Block): boolean {
  if (terminator.kind === "indirect" || terminator.kind === "leave") return true;
  const targets = terminator.kind === "goto" || terminator.taken === terminator.next ? 1 : 2;
  return (
    successors.filter(({ order }) => order >= 0).length < targets ||
    successors.some((successor) => successor.pages.some((page) => !pages.includes(page)))
  );
}

function sourcesOf({ traits, rs1, rs2, rs3 }: RegionInstruction): RegisterSet {
  let sources = NO_REGISTERS;
  if (traits.readsRs1) sources = including(sources, rs1);
  if (traits.readsRs2) sources = including(sources, rs2);
  if (traits.readsRs3) sources = including(sources, rs3);
  return sources;
}
