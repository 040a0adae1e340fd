import { describe, expect, it } from "vitest";
import { leakedFrames } from "../../../core/memory/leaked-frames.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { OWNER } from "../../../core/memory/shared-layout.ts";
import { createTestMemory, type TestMemory } from "./shared-memory.ts";

/** A machine with two loaded pages; a replica wrote one of them and is gone. */
function afterwards(): TestMemory {
  const memory = createTestMemory();
  memory.frames.load(0, new Uint8Array(2 * 4096).fill(7));
  const arena = memory.frames.addReplica(0);
  new ReplicaMemory(memory.shared, memory.layout, arena).writeU8(0, 1);
  return memory;
}

describe("the audit of frames", () => {
  it("finds nothing when all replicas are gone", () => {
    const { frames, layout } = afterwards();
    frames.removeReplica(0);
    expect(leakedFrames(frames, layout)).toBe(0);
  });

  it("finds what a replica still has", () => {
    const { frames, layout } = afterwards();
    expect(leakedFrames(frames, layout)).toBe(1);
  });

  it.each([OWNER.checkpoint, OWNER.olderCheckpoints])(
    "finds a frame that a checkpoint has and does not read (owner %i)",
    (owner) => {
      const { frames, layout } = afterwards();
      frames.removeReplica(0);
      frames.pool.allocate(owner);
      expect(leakedFrames(frames, layout)).toBe(1);
    },
  );
});
