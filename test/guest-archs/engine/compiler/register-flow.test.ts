// Against definitions by paths: dirty where some way in writes a register, live where some way on needs it before it
// is written.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeBudgetChecks } from "../../../../guest-archs/engine/compiler/budget-checks.ts";
import {
  analyzeControlFlow,
  type ControlFlow,
} from "../../../../guest-archs/engine/compiler/control-flow.ts";
import type { Block } from "../../../../guest-archs/engine/compiler/region-graph.ts";
import { analyzeRegisters } from "../../../../guest-archs/engine/compiler/register-flow.ts";
import { slotsOf } from "../../../../guest-archs/engine/compiler/register-set.ts";
import { RANDOM_GRAPH, reachable } from "./small-graphs.ts";

const SLOTS = [1, 2, 3, 33, 64];

function forAll(check: (flow: ControlFlow, tableDirty: readonly number[]) => void): void {
  const property = fc.property(RANDOM_GRAPH, (graph) => {
    const flow = analyzeControlFlow(graph);
    placeBudgetChecks(flow);
    const tableDirty = slotsOf(analyzeRegisters(flow));
    check(flow, tableDirty);
  });
  fc.assert(property, { seed: 5, numRuns: 500 });
}

const writes = (block: Block, slot: number): boolean =>
  block.instructions.some(({ traits, rd }) => traits.writesRd && rd === slot);

const isTable = ({ terminator }: Block): boolean =>
  terminator.kind === "indirect" && terminator.isTable;

/** Whether a block uses the value that a register has on entry, itself or by what it stores when it is left. */
function needs(block: Block, slot: number, tableDirty: readonly number[]): boolean {
  const isStored = slotsOf(block.dirtyIn).includes(slot);
  if (block.isCheck && isStored) return true;
  for (const { traits, rs1, rd } of block.instructions) {
    if (traits.readsRs1 && rs1 === slot) return true;
    if (traits.mayLeave && isStored) return true;
    if (traits.writesRd && rd === slot) return false;
  }
  if (isTable(block) && tableDirty.includes(slot)) return true;
  return isStored && ["indirect", "leave"].includes(block.terminator.kind);
}

describe("the flow of registers", () => {
  it("has a register dirty where a block before may have written it", () => {
    forAll(({ blocks }) => {
      for (const block of blocks) {
        const before = blocks.filter((other) =>
          reachable(other.successors, ({ successors }) => successors).has(block),
        );
        const dirty = SLOTS.filter((slot) => before.some((other) => writes(other, slot)));
        expect(slotsOf(block.dirtyIn)).toEqual(dirty);
        const out = SLOTS.filter((slot) => dirty.includes(slot) || writes(block, slot));
        expect(slotsOf(block.dirtyOut)).toEqual(out);
      }
    });
  });

  it("has the exits behind the dispatcher store what any computed jump may have changed", () => {
    forAll(({ blocks }, tableDirty) => {
      const jumps = blocks.filter(isTable);
      expect(tableDirty).toEqual(
        SLOTS.filter((slot) => jumps.some(({ dirtyOut }) => slotsOf(dirtyOut).includes(slot))),
      );
    });
  });

  it("has a register live where a way on needs it before it is written", () => {
    forAll(({ blocks }, tableDirty) => {
      for (const block of blocks) {
        const live = SLOTS.filter((slot) =>
          [...reachable([block], (from) => (writes(from, slot) ? [] : from.successors))].some(
            (other) => needs(other, slot, tableDirty),
          ),
        );
        expect(slotsOf(block.liveIn)).toEqual(live);
      }
    });
  });
});
