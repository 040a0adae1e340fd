// Frame tables made anew from the checkpoints, whatever they said before.
import { describe, expect, it } from "vitest";
import { mergeVerified } from "../../../plugins/memory-sharing/merge-verified.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { leakedFrames } from "../../../core/memory/leaked-frames.ts";
import { createTestMemory } from "./shared-memory.ts";

/** Two replicas that wrote the same; an older checkpoint is kept beside the newest one. */
function usedMemory() {
  const memory = createTestMemory(16, 3, 2);
  const { frames, shared, layout } = memory;
  frames.load(0, Uint8Array.of(1, 2, 3));
  frames.load(4096 * 5, Uint8Array.of(4));
  const sharing = mergeVerified.create({});
  const replicas = [0, 1].map((replica) => {
    const arena = frames.addReplica(replica);
    sharing.replicaStarted(replica, frames.touchedPages(), frames);
    return new ReplicaMemory(shared, layout, arena);
  });
  for (const ram of replicas) ram.writeU8(4096 * 5 + 7, 9);
  frames.beginGeneration();
  sharing.pagesVerified(frames.dirtyPages(0, 1), [0, 1], frames);
  frames.endVerified();
  for (const ram of replicas) ram.writeU8(4096 * 3, 5);
  return memory;
}

const snapshot = ({ frames }: ReturnType<typeof usedMemory>): unknown => {
  const { owners, ownerCounts, newest, older } = frames.tables;
  return [owners, ownerCounts, newest, older].map((table) => [...table]);
};

describe("rebuilt tables", () => {
  it("are those that an orderly end of the replicas leaves", () => {
    const orderly = usedMemory();
    for (const replica of [0, 1]) orderly.frames.removeReplica(replica);
    const rebuilt = usedMemory();
    for (const replica of [0, 1]) rebuilt.frames.removeReplica(replica);
    const { owners, ownerCounts, newest, older } = rebuilt.frames.tables;
    for (const table of [owners, ownerCounts, newest, older]) {
      for (let index = 1; index < table.length; index += 2) table[index] = 7;
    }
    rebuilt.frames.rebuild();
    expect(snapshot(rebuilt)).toEqual(snapshot(orderly));
    expect(rebuilt.frames.generationCount).toBe(2);
    expect(leakedFrames(rebuilt.frames, rebuilt.layout)).toBe(0);
    expect(rebuilt.frames.readCheckpoint(5, 7)).toBe(9);
  });

  it("cannot be made from a map that names a frame which there is not", () => {
    const { frames, layout } = usedMemory();
    frames.tables.checkpointMap[2] = layout.frameCount << 1;
    expect(() => frames.rebuild()).toThrow(RangeError);
  });
});
