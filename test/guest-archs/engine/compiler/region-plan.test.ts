import { expect, it } from "vitest";
import { planRegion } from "../../../../guest-archs/engine/compiler/region-plan.ts";
import { graphOf, instruction } from "./small-graphs.ts";

const PAGES = new Map([
  [0, 7],
  [1, 3],
]);

it("a region depends on the bytes of its blocks, in both pages that one crosses into", () => {
  const word = 0x1234_5673;
  const crossing = instruction({ offset: 4094, word });
  const graph = graphOf([{ to: [] }], [0]);
  const block = {
    ...graph.blocks[0],
    offset: 4094,
    end: 4098,
    pages: [0, 1],
    instructions: [crossing],
  };
  const plan = planRegion(
    { ...graph, blocks: [block as never] },
    { page: 7, offset: 4094, generation: 2 },
    PAGES,
    { entries: [4094], cells: [] },
  );
  expect(plan.ranges).toEqual([
    { page: 7, from: 4094, end: 4096 },
    { page: 3, from: 0, end: 2 },
  ]);
  expect(plan.pages).toEqual(PAGES);
  expect([...plan.source]).toEqual([0x73, 0x56, 0x34, 0x12]);
});
