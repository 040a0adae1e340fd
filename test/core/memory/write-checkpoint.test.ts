import { describe, expect, it } from "vitest";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { OWNER } from "../../../core/memory/shared-layout.ts";
import { mergeVerified } from "../../../plugins/memory-sharing/merge-verified.ts";
import { createTestMemory } from "./shared-memory.ts";

const sharing = mergeVerified.create({});

function start(generations = 1) {
  const { layout, shared, frames } = createTestMemory(16, 3, generations);
  frames.load(0, new Uint8Array(2 * 4096).fill(7));
  const [a, b] = [0, 1].map(
    (replica) => new ReplicaMemory(shared, layout, frames.addReplica(replica)),
  ) as [ReplicaMemory, ReplicaMemory];
  const checkpoint = (): void => {
    frames.beginGeneration();
    sharing.pagesVerified(frames.dirtyPages(0), [0, 1], frames);
    for (const replica of [0, 1]) frames.clearDirty(replica);
  };
  return { frames, layout, shared, a, b, checkpoint };
}

describe("a byte of the checkpoint that changes", () => {
  it.each([
    ["a loaded page", 1, 7],
    ["a page of zeros", 9, 0],
  ])("stays in the checkpoint (%s)", (_what, page, before) => {
    const { frames, layout, shared, a, b } = start();
    expect(frames.readCheckpoint(page, 5)).toBe(before);
    frames.writeCheckpoint(page, 5, 99);
    expect(frames.readCheckpoint(page, 5)).toBe(99);
    expect(frames.readCheckpoint(page, 6)).toBe(before);
    for (const memory of [a, b]) {
      expect(memory.readU8(page * 4096 + 5)).toBe(before);
      expect(memory.isWritable(page)).toBe(false);
    }
    const late = new ReplicaMemory(shared, layout, frames.addReplica(2));
    expect(late.readU8(page * 4096 + 5)).toBe(99);
    // Other pages of zeros, and the zero frame itself, are as they were.
    expect(late.readU8(10 * 4096 + 5)).toBe(0);
  });

  it("takes frames for those that read it, and no more", () => {
    const { frames, a } = start();
    a.writeU8(4096, 1);
    const count = (owner: number): number => frames.pool.count(owner);
    const before = count(OWNER.checkpoint);
    frames.writeCheckpoint(1, 5, 99);
    expect(count(OWNER.checkpoint)).toBe(before);
    expect([count(frames.ownerOf(0)), count(frames.ownerOf(1))]).toEqual([1, 1]);
    expect(a.readU8(4096)).toBe(1);
    expect(a.readU8(4097)).toBe(7);
  });

  it("is in older checkpoints, too, where the page has not changed since, and only there", () => {
    const { frames, a, b, checkpoint } = start(3);
    for (const memory of [a, b]) memory.writeU8(0, 1);
    checkpoint();
    frames.writeCheckpoint(0, 5, 99);
    frames.writeCheckpoint(1, 5, 99);
    frames.demoteNewestGeneration([0, 1]);
    expect(frames.readCheckpoint(0, 5)).toBe(7);
    expect(frames.readCheckpoint(1, 5)).toBe(99);
    expect([a.readU8(5), a.readU8(4096 + 5)]).toEqual([7, 7]);
  });
});
