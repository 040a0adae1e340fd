import { describe, expect, it } from "vitest";
import { analyzeControlFlow } from "../../../../guest-archs/engine/compiler/control-flow.ts";
import { planDispatch } from "../../../../guest-archs/engine/compiler/plan-dispatch.ts";
import { BLOCK_BYTES, graphOf } from "./small-graphs.ts";

describe("what the dispatcher jumps to", () => {
  it("is nothing where control flow is structured", () => {
    const graph = graphOf([{ to: [0, 1] }, { to: [] }], [0]);
    expect(planDispatch(analyzeControlFlow(graph), graph)).toEqual({
      targets: [],
      table: undefined,
    });
  });

  it("has a number for every other byte from the first target of a table to the last one", () => {
    const graph = graphOf(
      [{ to: [1, 3], isTable: true }, { to: [] }, { to: [0] }, { to: [2] }],
      [0],
    );
    const flow = analyzeControlFlow(graph);
    const { targets, table } = planDispatch(flow, graph);
    expect(table).toEqual({ from: BLOCK_BYTES, bytes: 2 * BLOCK_BYTES + 1, first: 2 });
    expect(targets).toHaveLength(2 + BLOCK_BYTES + 1);
    for (const [index, block] of targets.slice(2).entries()) {
      const expected = graph.byPlace.get(BLOCK_BYTES + index * 2);
      expect(block).toBe(expected?.isTableTarget === true ? expected : undefined);
    }
  });
});
