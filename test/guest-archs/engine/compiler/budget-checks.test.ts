import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeBudgetChecks } from "../../../../guest-archs/engine/compiler/budget-checks.ts";
import { analyzeControlFlow } from "../../../../guest-archs/engine/compiler/control-flow.ts";
import type { Block } from "../../../../guest-archs/engine/compiler/region-graph.ts";
import { RANDOM_GRAPH } from "./small-graphs.ts";

/** Steps of the longest way to the next check, by following all ways. */
function longest(block: Block, path: readonly Block[]): number {
  if (path.includes(block)) throw new Error("a loop without a check");
  const further = block.successors
    .filter(({ isCheck }) => !isCheck)
    .map((successor) => longest(successor, [...path, block]));
  return block.steps + Math.max(0, ...further);
}

describe("checks of the budget", () => {
  it("are in every loop, and ask for the longest way to the next one", () => {
    fc.assert(
      fc.property(RANDOM_GRAPH, (graph) => {
        const flow = analyzeControlFlow(graph);
        placeBudgetChecks(flow);
        for (const block of flow.blocks) expect(block.stepsToCheck).toBe(longest(block, []));
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
