import { describe, expect, it } from "vitest";
import { compareInTurns, comparePagesOf } from "../../../core/coordinator/compare-memory.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { createTestMemory } from "../memory/shared-memory.ts";

function threeReplicas() {
  const { frames, shared, layout } = createTestMemory(100);
  const memories = [0, 1, 2].map(
    (replica) => new ReplicaMemory(shared, layout, frames.addReplica(replica)),
  );
  return {
    write: (replica: number, page: number, value: number) =>
      memories[replica]?.writeU8(page * 4096 + 17, value),
    compare: (groups: number[][], pages: number[]) =>
      comparePagesOf(groups, pages, frames.livePages, shared),
    inTurns: (starts: number[][][], pages: number[]) =>
      compareInTurns(starts, pages, frames.livePages, shared),
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

describe("compareInTurns", () => {
  const pages = Array.from({ length: 100 }, (_, page) => page);

  it("says what each evaluation would say alone, over any number of pages", () => {
    const { write, compare, inTurns } = threeReplicas();
    for (const replica of [0, 1, 2]) for (const page of pages) write(replica, page, page);
    const starts = [[[0, 1, 2]], [[2, 1, 0]], [[0], [1, 2]]];
    expect(inTurns(starts, pages)).toEqual(starts.map((groups) => compare(groups, pages)));
    write(1, 70, 1);
    write(2, 99, 1);
    const [first, second, third] = inTurns(starts, pages);
    expect(first).toEqual({ groups: [[0], [2], [1]], firstPage: 70 });
    expect(second).toEqual({ groups: [[2], [0], [1]], firstPage: 70 });
    expect(third).toEqual({ groups: [[0], [1], [2]], firstPage: 70 });
  });

  it("leaves groups as they are where there are no pages", () => {
    expect(threeReplicas().inTurns([[[0, 2], [1]]], [])).toEqual([
      { groups: [[0, 2], [1]], firstPage: undefined },
    ]);
  });
});
