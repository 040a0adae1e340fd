import { describe, expect, it } from "vitest";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { OWNER } from "../../../core/memory/shared-layout.ts";
import { mergeVerified } from "../../../plugins/memory-sharing/merge-verified.ts";
import { createTestMemory } from "../../core/memory/shared-memory.ts";
import { recordingMechanism } from "./recording-mechanism.ts";

describe("merge-verified", () => {
  it("leaves a new replica on shared frames", () => {
    const mechanism = recordingMechanism();
    mergeVerified.create({}).replicaStarted(2, [4, 9], mechanism);
    expect(mechanism.calls).toEqual([]);
  });

  it("hands the first replica's frame over and has all others share it", () => {
    const mechanism = recordingMechanism();
    mergeVerified.create({}).pagesVerified([3, 7], [0, 2], mechanism);
    expect(mechanism.calls).toEqual(["promote 0/3,7", "share 2/3,7"]);
  });

  it("has nothing to do when no page was written", () => {
    const mechanism = recordingMechanism();
    mergeVerified.create({}).pagesVerified([], [0, 1], mechanism);
    expect(mechanism.calls).toEqual([]);
  });

  describe("with keepPrivateAfter", () => {
    it("keeps pages private that are written in so many intervals in a row, until they are quiet", () => {
      const mechanism = recordingMechanism();
      const sharing = mergeVerified.create({ keepPrivateAfter: 2, mergeAfterQuiet: 2 });
      const checkpoint = (...pages: number[]): readonly string[] => {
        const before = mechanism.calls.length;
        sharing.pagesVerified(pages, [0, 1], mechanism);
        return mechanism.calls.slice(before);
      };
      expect(checkpoint(3, 5)).toEqual(["promote 0/3,5", "share 1/3,5"]);
      expect(checkpoint(3, 9)).toEqual(["promote 0/3,9", "share 1/9", "protect 1/3"]);
      expect(checkpoint(3, 5)).toEqual(["promote 0/3,5", "share 1/5", "protect 1/3"]);
      expect(checkpoint()).toEqual([]);
      expect(checkpoint(3)).toEqual(["promote 0/3", "protect 1/3"]);
      expect(checkpoint()).toEqual([]);
      expect(checkpoint()).toEqual(["share 0/3", "share 1/3"]);
      expect(checkpoint(3)).toEqual(["promote 0/3", "share 1/3"]);
    });
  });

  it("does not merge a quiet page in which a copy differs, until it is written and compared", () => {
    const { frames, layout, shared } = createTestMemory();
    const sharing = mergeVerified.create({ keepPrivateAfter: 1, mergeAfterQuiet: 2 });
    const memories = [0, 1].map(
      (replica) => new ReplicaMemory(shared, layout, frames.addReplica(replica)),
    );
    const checkpoint = (): void => {
      sharing.pagesVerified(frames.dirtyPages(0, 1), [0, 1], frames);
      for (const replica of [0, 1]) frames.clearDirty(replica);
    };
    const write = (page: number, value: number): void => {
      for (const memory of memories) memory.writeU32(page * 4096, value);
    };
    const read = (page: number): unknown[] => memories.map((memory) => memory.readU32(page * 4096));
    const isMerged = (page: number): boolean =>
      [0, 1].every((replica) => frames.offsetIn(replica, page) === frames.checkpointOffset(page));
    write(3, 7);
    write(4, 7);
    checkpoint();
    // A fault, in the copy of the second replica.
    new DataView(shared.buffer).setUint32(frames.offsetIn(1, 3), 8, true);
    for (let count = 0; count < 4; count++) checkpoint();
    expect(read(3)).toEqual([7, 8]);
    expect([isMerged(3), isMerged(4)]).toEqual([false, true]);
    write(3, 9);
    for (let count = 0; count < 3; count++) checkpoint();
    expect(read(3)).toEqual([9, 9]);
    expect(isMerged(3)).toBe(true);
  });

  it("saves copies and costs frames, by as much as documented", () => {
    // Two replicas rewrite 4 pages in every interval and 4 others once.
    const cost = (
      keepPrivateAfter: number,
    ): { readonly copies: number; readonly atRest: number } => {
      const { frames, layout, shared } = createTestMemory();
      const sharing = mergeVerified.create({ keepPrivateAfter, mergeAfterQuiet: 4 });
      const memories = [0, 1].map((replica) => {
        const memory = new ReplicaMemory(shared, layout, frames.addReplica(replica));
        return memory;
      });
      let copies = 0;
      let atRest = frames.pool.countByOwner()[OWNER.free] ?? 0;
      for (let interval = 0; interval < 10; interval++) {
        for (const memory of memories) {
          for (let page = 0; page < (interval === 0 ? 8 : 4); page++) {
            memory.writeU32(page * 4096, interval);
          }
        }
        copies += atRest - (frames.pool.countByOwner()[OWNER.free] ?? 0);
        sharing.pagesVerified(frames.dirtyPages(0, 1), [0, 1], frames);
        for (const replica of [0, 1]) frames.clearDirty(replica);
        atRest = frames.pool.countByOwner()[OWNER.free] ?? 0;
      }
      return { copies, atRest: layout.frameCount - 1 - atRest };
    };
    // 2 replicas x (8 pages, then 9 x 4).
    expect(cost(0)).toEqual({ copies: 88, atRest: 8 });
    // From the third interval on one replica copies.
    expect(cost(2)).toEqual({ copies: 88 - 8 * 4, atRest: 8 + 4 });
  });
});
