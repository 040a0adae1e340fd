import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compareInHalves, compareInTurns } from "../../../core/coordinator/compare-memory.ts";
import { PageComparer } from "../../../core/coordinator/page-comparer.ts";
import { FrameSharing } from "../../../core/memory/frame-sharing.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { allocateShared, planSharedLayout } from "../../../core/memory/shared-layout.ts";

const PAGES = 3000;
const REPLICAS = 3;
const START_MS = 10_000;

const layout = planSharedLayout(PAGES * 4096, 4096, REPLICAS);
const all = Array.from({ length: PAGES }, (_, page) => page);

function replicasWithPages(): {
  readonly shared: WebAssembly.Memory;
  readonly frames: FrameSharing;
  readonly memories: readonly ReplicaMemory[];
} {
  const shared = allocateShared(layout);
  const frames = new FrameSharing(shared, layout);
  const memories = Array.from({ length: REPLICAS }, (_, replica) => {
    const memory = new ReplicaMemory(shared, layout, frames.addReplica(replica));
    for (const page of all) memory.writeU32(page * 4096 + 4 * (page % 1000), page + 1);
    return memory;
  });
  return { shared, frames, memories };
}

let machine: ReturnType<typeof replicasWithPages>;
let comparer: PageComparer;

beforeEach(async () => {
  machine = replicasWithPages();
  comparer = new PageComparer(machine.shared, layout);
  const maps = [machine.frames.mapOffset(0), machine.frames.mapOffset(1)];
  // The first call starts the thread; those after it find it there or not.
  const deadline = performance.now() + START_MS;
  while (!comparer.begin(all, PAGES, maps)) {
    if (performance.now() > deadline) throw new Error("the thread does not start");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  comparer.end();
});

afterEach(() => comparer.close());

const order = [0, 1, 2];
const starts = [[order], [order.toReversed()]];

describe("comparing in two threads", { timeout: START_MS * 2 }, () => {
  it("finds equal replicas equal", () => {
    const { frames, shared } = machine;
    const found = compareInHalves(starts, all, frames, shared, comparer);
    expect(found.map(({ groups }) => groups)).toEqual([[[0, 1, 2]], [[2, 1, 0]]]);
    expect(found.every(({ firstPage }) => firstPage === undefined)).toBe(true);
  });

  it.each([0, 1, 1499, 1500, 1501, 2999])(
    "finds the same as one thread where page %i of a replica differs",
    (page) => {
      const { frames, shared, memories } = machine;
      memories[1]?.writeU8(page * 4096 + 4095, 1);
      const found = compareInHalves(starts, all, frames, shared, comparer);
      expect(found).toEqual(compareInTurns(starts, all, frames, shared));
      expect(found[0]?.groups).toEqual([[0, 2], [1]]);
      expect(found[0]?.firstPage).toBe(page);
    },
  );

  it("finds differences in both halves", () => {
    const { frames, shared, memories } = machine;
    memories[0]?.writeU8(7 * 4096, 1);
    memories[2]?.writeU8(2900 * 4096, 1);
    const found = compareInHalves(starts, all, frames, shared, comparer);
    expect(found).toEqual(compareInTurns(starts, all, frames, shared));
    expect(found[0]?.groups).toEqual([[0], [1], [2]]);
  });

  it("goes on without the thread once it is closed", async () => {
    const { frames, shared } = machine;
    await comparer.close();
    const found = compareInHalves(starts, all, frames, shared, comparer);
    expect(found[0]?.groups).toEqual([[0, 1, 2]]);
  });
});
