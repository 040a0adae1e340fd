import { describe, expect, it } from "vitest";
import { SharedMemories } from "../../../core/coordinator/shared-memories.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { createTestMemory, type TestMemory } from "../memory/shared-memory.ts";

interface Subject extends TestMemory {
  readonly memories: SharedMemories;
  readonly replicas: readonly ReplicaMemory[];
}

function subject(): Subject {
  const memory = createTestMemory();
  const memories = new SharedMemories(memory);
  const replicas = [0, 1].map(
    (replica) => new ReplicaMemory(memory.shared, memory.layout, memories.add(replica)),
  );
  return { ...memory, memories, replicas };
}

describe("SharedMemories", () => {
  it("compares what was written, or all that lies apart", async () => {
    const { memories, replicas, frames } = subject();
    for (const memory of replicas) memory.writeU8(3 * 4096, 7);
    const starts = [[[0, 1]], [[1, 0]]];
    expect(await memories.compare(starts, "written")).toEqual({
      pages: [3],
      evaluations: [
        { groups: [[0, 1]], firstPage: undefined },
        { groups: [[1, 0]], firstPage: undefined },
      ],
      absent: [],
    });
    frames.givePrivateCopy(1, [5]);
    expect(await memories.compare(starts, "apart")).toMatchObject({ pages: [3, 5] });
    expect([memories.framesOf(0), memories.framesOf(1)]).toEqual([1, 2]);
  });

  it("repairs one replica by another", async () => {
    const { memories, replicas } = subject();
    replicas[0]?.writeU8(3 * 4096, 7);
    replicas[1]?.writeU8(4 * 4096, 8);
    expect(await memories.differing([0, 1], 1)).toMatchObject([
      { page: 3, contents: [{ replica: 0 }, { replica: 1 }] },
    ]);
    expect(await memories.repair(0, 1, [0, 1])).toBe(2);
    expect(await memories.differing([0, 1], 9)).toEqual([]);
  });

  it("shows a replica's pages in order, and finds frames that nobody has", async () => {
    const { memories, replicas, frames } = subject();
    replicas[1]?.writeU8(2 * 4096, 9);
    const firstBytes: number[] = [];
    expect(await memories.read(1, (page) => firstBytes.push(page[0] ?? -1))).toBe(true);
    expect(firstBytes).toEqual([0, 0, 9, ...Array.from({ length: 13 }, () => 0)]);
    frames.pool.allocate(frames.ownerOf(0));
    memories.remove(1);
    expect(memories.leaked()).toBe(1);
    memories.remove(0);
    expect(memories.leaked()).toBe(0);
  });
});
