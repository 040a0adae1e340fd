import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  analyzeControlFlow,
  type ControlFlow,
} from "../../../../guest-archs/engine/compiler/control-flow.ts";
import type { Block, RegionGraph } from "../../../../guest-archs/engine/compiler/region-graph.ts";
import { graphOf, RANDOM_GRAPH, reachable } from "./small-graphs.ts";

/** Edges that become branches. */
const branches =
  ({ root }: ControlFlow) =>
  (block: Block): readonly Block[] =>
    block === root ? block.successors : block.successors.filter((to) => !to.isDispatched);

const numbers = (blocks: readonly Block[]): number[] => blocks.map(({ offset }) => offset / 64);

function forAll(check: (graph: RegionGraph, flow: ControlFlow) => void): void {
  const property = fc.property(RANDOM_GRAPH, (graph) => check(graph, analyzeControlFlow(graph)));
  fc.assert(property, { seed: 3, numRuns: 500 });
}

describe("the control flow of a region", () => {
  it("has all blocks in it that are reached, in an order", () => {
    forAll((graph, flow) => {
      const all = reachable([...graph.entries, ...flow.dispatched], (block) => block.successors);
      expect(new Set(flow.blocks)).toEqual(all);
      expect(flow.blocks.map(({ order }) => order)).toEqual(flow.blocks.map((_, n) => n + 1));
      const others = graph.blocks.filter((block) => !all.has(block));
      expect(others.every(({ order }) => order === -1)).toBe(true);
    });
  });

  it("has the dominators that follow from their definition", () => {
    forAll((_graph, flow) => {
      const edges = branches(flow);
      for (const block of flow.blocks) {
        const dominators = [flow.root, ...flow.blocks].filter(
          (other) =>
            other !== block &&
            (other === flow.root ||
              !reachable([flow.root], (from) => edges(from).filter((to) => to !== other)).has(
                block,
              )),
        );
        const nearest = dominators.toSorted((a, b) => b.order - a.order)[0];
        expect(block.dominator).toBe(nearest);
        expect(nearest?.children).toContain(block);
      }
    });
  });

  it("goes back only to heads of loops that dominate where it comes from", () => {
    forAll((_graph, flow) => {
      const heads = new Set<Block>();
      for (const block of flow.blocks) {
        for (const to of branches(flow)(block)) {
          if (to.order > block.order) continue;
          heads.add(to);
          let above = block;
          while (above !== to && above !== flow.root) above = above.dominator as Block;
          expect(above).toBe(to);
        }
      }
      for (const block of flow.blocks) expect(block.isLoopHead).toBe(heads.has(block));
    });
  });

  it("emits a block in its place only where a single way leads to it", () => {
    forAll((_graph, flow) => {
      for (const block of flow.blocks.filter(({ isMerge }) => !isMerge)) {
        const from = [flow.root, ...flow.blocks].filter(
          (other) => other.order < block.order && branches(flow)(other).includes(block),
        );
        expect(from).toEqual([block.dominator]);
        expect(block.isDispatched).toBe(false);
      }
    });
  });

  it("dispatches what tables lead to, and a loop with two ways in", () => {
    const irreducible = graphOf([{ to: [1, 2] }, { to: [2] }, { to: [1, 3] }, { to: [] }], [0]);
    const flow = analyzeControlFlow(irreducible);
    expect(flow.dispatched).toHaveLength(1);
    const table = graphOf([{ to: [1, 2], isTable: true }, { to: [0] }, { to: [] }], [0]);
    expect(numbers(analyzeControlFlow(table).dispatched)).toEqual([1, 2]);
  });

  it("needs no dispatcher for nested loops", () => {
    const nested = graphOf(
      [{ to: [1] }, { to: [2] }, { to: [1, 3] }, { to: [0, 4] }, { to: [] }],
      [0],
    );
    const flow = analyzeControlFlow(nested);
    expect(flow.dispatched).toEqual([]);
    expect(numbers(flow.blocks.filter(({ isLoopHead }) => isLoopHead))).toEqual([0, 1]);
  });
});
