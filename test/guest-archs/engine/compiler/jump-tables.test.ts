import { expect, it } from "vitest";
import { JumpTables } from "../../../../guest-archs/engine/compiler/jump-tables.ts";

it("targets of computed jumps are known by page and offset, each once, up to a limit", () => {
  const tables = new JumpTables();
  for (const target of [8, 16, 8]) tables.add(3, 100, target);
  expect(tables.targetsOf(3, 100)).toEqual([8, 16]);
  expect(tables.targetsOf(4, 100)).toEqual([]);
  for (let target = 0; target < 4096; target += 2) tables.add(3, 200, target);
  expect(tables.targetsOf(3, 200)).toHaveLength(128);
});
