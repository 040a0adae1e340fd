import { describe, expect, it } from "vitest";
import type { MemorySharing } from "../../../core/index.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { FrameSharing } from "../../../core/memory/frame-sharing.ts";
import { allocateShared, OWNER, planSharedLayout } from "../../../core/memory/shared-layout.ts";
import { copyOnWrite } from "../../../plugins/memory-sharing/copy-on-write.ts";
import { mergeVerified } from "../../../plugins/memory-sharing/merge-verified.ts";
import { privateMemory } from "../../../plugins/memory-sharing/private.ts";
import { createTestMemory } from "./shared-memory.ts";

interface Pair {
  readonly a: ReplicaMemory;
  readonly b: ReplicaMemory;
  /** Frames of [checkpoint, replica 0, replica 1]. */
  counts(): number[];
  checkpoint(): void;
}

function start(sharing: MemorySharing): Pair {
  const { layout, shared, frames } = createTestMemory();
  frames.load(0, new Uint8Array(4 * 4096).fill(7));
  const [a, b] = [0, 1].map((replica) => {
    const arena = frames.addReplica(replica);
    sharing.replicaStarted(replica, frames.touchedPages(), frames);
    return new ReplicaMemory(shared, layout, arena);
  }) as [ReplicaMemory, ReplicaMemory];
  return {
    a,
    b,
    counts: () =>
      [OWNER.checkpoint, frames.ownerOf(0), frames.ownerOf(1)].map((owner) =>
        frames.pool.count(owner),
      ),
    checkpoint: () => {
      sharing.pagesVerified(frames.dirtyPages(0), [0, 1], frames);
      for (const replica of [0, 1]) frames.clearDirty(replica);
    },
  };
}

/** Both write the same to two pages, one loaded and one still zero. */
const writeBoth = ({ a, b }: Pair, value: number): void => {
  for (const memory of [a, b]) {
    memory.writeU32(0, value);
    memory.writeU32(9 * 4096, value);
  }
};

// The checkpoint always holds the zero frame, and at the start four loaded pages.
describe("memory sharing strategies", () => {
  it("merge-verified is back to one copy after a checkpoint", () => {
    const pair = start(mergeVerified.create({}));
    expect(pair.counts()).toEqual([5, 0, 0]);
    writeBoth(pair, 1);
    expect(pair.counts()).toEqual([5, 2, 2]);
    pair.checkpoint();
    expect(pair.counts()).toEqual([6, 0, 0]);
    writeBoth(pair, 2);
    expect(pair.counts()).toEqual([6, 2, 2]);
  });

  it("copy-on-write keeps pages private once written", () => {
    const pair = start(copyOnWrite.create({}));
    writeBoth(pair, 1);
    pair.checkpoint();
    expect(pair.counts()).toEqual([6, 0, 2]);
    writeBoth(pair, 2);
    expect(pair.counts()).toEqual([6, 2, 2]);
  });

  it("private shares nothing but zero pages", () => {
    const pair = start(privateMemory.create({}));
    expect(pair.counts()).toEqual([5, 4, 4]);
    writeBoth(pair, 1);
    expect(pair.counts()).toEqual([5, 5, 5]);
    pair.checkpoint();
    expect(pair.counts()).toEqual([6, 5, 5]);
  });

  it.each([
    ["private", privateMemory],
    ["copy-on-write", copyOnWrite],
    ["merge-verified", mergeVerified],
  ] as const)(
    "%s: a write after a checkpoint changes neither checkpoint nor the other replica",
    (_name, provider) => {
      const { layout, shared, frames } = createTestMemory();
      const sharing = provider.create({});
      const [a, b] = [0, 1].map((replica) => {
        const arena = frames.addReplica(replica);
        sharing.replicaStarted(replica, frames.touchedPages(), frames);
        return new ReplicaMemory(shared, layout, arena);
      }) as [ReplicaMemory, ReplicaMemory];
      const wordAt = (offset: number): number =>
        new DataView(shared.buffer).getUint32(offset, true);
      for (let round = 1; round <= 4; round++) {
        a.writeU32(0, round);
        b.writeU32(0, round);
        sharing.pagesVerified(frames.dirtyPages(0), [0, 1], frames);
        for (const replica of [0, 1]) frames.clearDirty(replica);
        const [wild, calm] = round % 2 === 0 ? [a, b] : [b, a];
        wild.writeU32(0, 0xdead);
        expect(wordAt(frames.checkpointOffset(0))).toBe(round);
        expect(calm.readU32(0)).toBe(round);
        wild.writeU32(0, round);
      }
    },
  );

  it("pages apart are those in different frames, written or not", () => {
    const { layout, shared, frames } = createTestMemory();
    frames.load(0, new Uint8Array(4 * 4096).fill(7));
    const [a, b] = [0, 1].map(
      (replica) => new ReplicaMemory(shared, layout, frames.addReplica(replica)),
    ) as [ReplicaMemory, ReplicaMemory];
    expect(frames.pagesApart([0, 1])).toEqual([]);
    a.writeU8(9 * 4096, 1);
    b.writeU8(9 * 4096, 1);
    frames.givePrivateCopy(1, [2]);
    expect(frames.pagesApart([0, 1])).toEqual([2, 9]);
    expect(frames.pagesApart([1])).toEqual([]);
    frames.addReplica(2);
    expect(frames.pagesApart([0, 2])).toEqual([9]);
    expect(frames.pagesApart([0, 2, 1])).toEqual([2, 9]);
    for (const replica of [0, 1]) frames.clearDirty(replica);
    expect(frames.pagesApart([0, 1])).toEqual([2, 9]);
  });

  it("a discarded replica gives back all it held", () => {
    const { layout, shared, frames } = createTestMemory();
    const before = frames.pool.countByOwner();
    const memory = new ReplicaMemory(shared, layout, frames.addReplica(0));
    for (let page = 0; page < 16; page++) memory.writeU8(page * 4096, 1);
    frames.removeReplica(0);
    expect(frames.pool.countByOwner()).toEqual(before);
  });

  it("a replica finds its processor area zero, also where another one lived", () => {
    const { layout, shared, frames } = createTestMemory(16, 1);
    const area = new Uint8Array(shared.buffer, layout.arenas[0]?.processorArea ?? 0, 4096);
    for (let replica = 0; replica < 3; replica++) {
      frames.addReplica(replica);
      expect(area.every((byte) => byte === 0)).toBe(true);
      area.fill(0xff);
      frames.removeReplica(replica);
    }
  });

  it("leaves scratch of a processor area as another one left it", () => {
    const layout = planSharedLayout(16 * 4096, 4096, 1);
    const shared = allocateShared(layout);
    const frames = new FrameSharing(shared, layout, { offset: 1000, bytes: 2000 });
    const area = new Uint8Array(shared.buffer, layout.arenas[0]?.processorArea ?? 0, 4096);
    frames.addReplica(0);
    area.fill(0xff);
    frames.removeReplica(0);
    frames.addReplica(1);
    const kept = [...area].map((byte, at) => (byte === 0xff ? at : -1)).filter((at) => at >= 0);
    expect([kept.at(0), kept.at(-1), kept.length]).toEqual([1000, 2999, 2000]);
  });
});
