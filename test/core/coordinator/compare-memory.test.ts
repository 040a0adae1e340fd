import { describe, expect, it } from "vitest";
import { comparePagesOf } from "../../../core/coordinator/compare-memory.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { createTestMemory } from "../memory/shared-memory.ts";

function threeReplicas() {
  const { frames, shared, layout } = createTestMemory();
  const memories = [0, 1, 2].map(
    (replica) => new ReplicaMemory(shared, layout, frames.addReplica(replica)),
  );
  return {
    write: (replica: number, page: number, value: number) =>
      memories[replica]?.writeU8(page * 4096 + 17, value),
    compare: (groups: number[][], pages: number[]) => comparePagesOf(groups, pages, frames, shared),
  };
}

describe("comparePagesOf", () => {
  it("leaves groups whole whose pages are equal, wherever they lie", () => {
    const { write, compare } = threeReplicas();
    for (const replica of [0, 1, 2]) write(replica, 3, 7);
    write(1, 4, 0); // a private frame with what the others read from the shared one
    expect(compare([[0, 1, 2]], [3, 4])).toEqual({ groups: [[0, 1, 2]], firstPage: undefined });
  });

  it("splits a group by contents and names the first page that did", () => {
    const { write, compare } = threeReplicas();
    write(1, 5, 1);
    write(2, 9, 1);
    expect(compare([[0, 1, 2]], [2, 5, 9])).toEqual({ groups: [[0], [2], [1]], firstPage: 5 });
  });

  it("never joins groups that differ elsewhere", () => {
    const { compare } = threeReplicas();
    expect(compare([[0, 2], [1]], [1])).toEqual({ groups: [[0, 2], [1]], firstPage: undefined });
  });

  it("looks at the given pages only", () => {
    const { write, compare } = threeReplicas();
    write(0, 6, 1);
    expect(compare([[0, 1]], [5, 7]).groups).toEqual([[0, 1]]);
  });
});
