import { describe, expect, it } from "vitest";
import type { FrameSharing } from "../../../core/memory/frame-sharing.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { contentHash } from "../../../plugins/memory-sharing/content-hash.ts";
import { copyOnWrite } from "../../../plugins/memory-sharing/copy-on-write.ts";
import { mergeVerified } from "../../../plugins/memory-sharing/merge-verified.ts";
import { privateMemory } from "../../../plugins/memory-sharing/private.ts";
import { createTestMemory } from "./shared-memory.ts";

const PAGES = [0, 1, 2, 3, 4, 5];

interface Pair {
  readonly frames: FrameSharing;
  readonly right: ReplicaMemory;
  readonly wrong: ReplicaMemory;
  readonly owned: (replica: number) => number;
}

/** Replica 0 is right, replica 1 is wrong; pages 0 to 3 were loaded with sevens. */
function start(sharing = mergeVerified): Pair {
  const { layout, shared, frames } = createTestMemory();
  frames.load(0, new Uint8Array(4 * 4096).fill(7));
  const strategy = sharing.create({});
  const [right, wrong] = [0, 1].map((replica) => {
    const arena = frames.addReplica(replica);
    strategy.replicaStarted(replica, frames.touchedPages(), frames);
    return new ReplicaMemory(shared, layout, arena);
  }) as [ReplicaMemory, ReplicaMemory];
  return { frames, right, wrong, owned: (replica) => frames.pool.count(frames.ownerOf(replica)) };
}

describe("copying pages from one replica to another", () => {
  it.each([mergeVerified, copyOnWrite, contentHash, privateMemory])(
    "makes them equal, whoever wrote what ($name)",
    (sharing) => {
      const { frames, right, wrong } = start(sharing);
      right.writeU8(0, 1); // both, differently
      wrong.writeU8(0, 2);
      right.writeU8(4096, 3); // the right one only
      wrong.writeU8(2 * 4096, 4); // the wrong one only
      right.writeU8(3 * 4096, 5); // both the same
      wrong.writeU8(3 * 4096, 5);
      right.writeU8(4 * 4096, 6); // a page that was zero
      wrong.writeU8(5 * 4096, 7);
      expect(frames.copyPages(0, 1, frames.dirtyPages(0, 1))).toBe(5);
      expect(frames.livePages.firstDifference([0, 1], PAGES)).toBe(PAGES.length);
      expect(right.readU8(2 * 4096)).toBe(7);
      // The right one is as it was, and both go on independently.
      wrong.writeU8(0, 9);
      wrong.writeU8(2 * 4096, 9);
      expect([0, 2].map((page) => right.readU8(page * 4096))).toEqual([1, 7]);
      expect(
        [0, 2]
          .map((page) => frames.checkpointOffset(page))
          .map((at) => new Uint8Array(right.shared.buffer)[at]),
      ).toEqual([7, 7]);
    },
  );

  it("gives frames back that hold nothing but errors, and takes their pages off the dirty list", () => {
    const { frames, wrong, owned } = start();
    for (const page of PAGES) wrong.writeU8(page * 4096, 0xee);
    expect(owned(1)).toBe(6);
    expect(frames.copyPages(0, 1, frames.dirtyPages(0, 1))).toBe(6);
    expect([owned(1), frames.dirtyPages(1)]).toEqual([0, []]);
    // A page may be written again, and is listed once.
    wrong.writeU8(4096, 1);
    expect([owned(1), frames.dirtyPages(1), wrong.dirtyPages]).toEqual([1, [1], 1]);
  });

  it("leaves what is equal where it is", () => {
    const { frames, right, wrong, owned } = start();
    for (const memory of [right, wrong]) memory.writeU8(4096, 5);
    expect(frames.copyPages(0, 1, PAGES)).toBe(0);
    expect([owned(0), owned(1), frames.dirtyPages(1)]).toEqual([1, 1, [1]]);
  });

  it("makes what it copied part of the next checkpoint", () => {
    const { frames, right, wrong, owned } = start();
    right.writeU8(0, 1);
    wrong.writeU8(4096, 2);
    frames.copyPages(0, 1, frames.dirtyPages(0, 1));
    mergeVerified.create({}).pagesVerified(frames.dirtyPages(0, 1), [0, 1], frames);
    for (const replica of [0, 1]) frames.clearDirty(replica);
    expect([owned(0), owned(1)]).toEqual([0, 0]);
    expect([right, wrong].map((memory) => [memory.readU8(0), memory.readU8(4096)])).toEqual([
      [1, 7],
      [1, 7],
    ]);
  });
});
