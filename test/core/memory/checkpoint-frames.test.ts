import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MemorySharingProvider } from "../../../core/index.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { OWNER } from "../../../core/memory/shared-layout.ts";
import { mergeVerified } from "../../../plugins/memory-sharing/merge-verified.ts";
import { privateMemory } from "../../../plugins/memory-sharing/private.ts";
import { createTestMemory, type TestMemory } from "./shared-memory.ts";

interface Subject extends TestMemory {
  readonly replicas: readonly ReplicaMemory[];
  /** All replicas write the same. */
  write(page: number, value: number): void;
  checkpoint(isKept: boolean): void;
  /** What the newest checkpoint holds. */
  known(page: number): number;
  older(): number;
}

function start(
  provider: MemorySharingProvider,
  { pages = 16, replicas = 2, generations = 3 } = {},
): Subject {
  const memory = createTestMemory(pages, replicas, generations);
  const { frames, shared, layout } = memory;
  const sharing = provider.create({});
  const numbers = Array.from({ length: replicas }, (_, replica) => replica);
  const all = numbers.map((replica) => {
    const arena = frames.addReplica(replica);
    sharing.replicaStarted(replica, frames.touchedPages(), frames);
    return new ReplicaMemory(shared, layout, arena);
  });
  return {
    ...memory,
    replicas: all,
    write: (page, value) => {
      for (const replica of all) replica.writeU32(page * 4096, value);
    },
    checkpoint: (isKept) => {
      if (isKept) frames.beginGeneration();
      sharing.pagesVerified(frames.dirtyPages(...numbers), numbers, frames);
      for (const replica of numbers) frames.clearDirty(replica);
    },
    known: (page) => new DataView(shared.buffer).getUint32(frames.checkpointOffset(page), true),
    older: () => frames.pool.count(OWNER.olderCheckpoints),
  };
}

describe("checkpoint generations", () => {
  it.each([mergeVerified, privateMemory])(
    "$name: frames that a checkpoint replaced are kept, and brought back",
    (provider) => {
      const subject = start(provider);
      const { frames, replicas } = subject;
      subject.write(3, 1);
      subject.checkpoint(false);
      expect([frames.generationCount, subject.older()]).toEqual([1, 0]);
      subject.write(3, 2);
      subject.write(4, 2);
      subject.checkpoint(true);
      // Page 4 was zero before, which takes no frame.
      expect([frames.generationCount, subject.older()]).toEqual([2, 1]);
      expect([subject.known(3), subject.known(4)]).toEqual([2, 2]);

      frames.demoteNewestGeneration([0, 1]);
      expect([frames.generationCount, subject.older()]).toEqual([1, 0]);
      expect([subject.known(3), subject.known(4)]).toEqual([1, 0]);
      for (const replica of replicas) {
        expect([replica.readU32(3 * 4096), replica.readU32(4 * 4096)]).toEqual([2, 2]);
      }
      expect(frames.dirtyPages(0)).toEqual([3, 4]);
      expect(frames.dirtyPages(1)).toEqual([3, 4]);

      // A checkpoint of the same state again.
      subject.checkpoint(false);
      expect([subject.known(3), subject.known(4)]).toEqual([2, 2]);
    },
  );

  it("say beforehand how many frames a demotion lacks", () => {
    const subject = start(mergeVerified, { pages: 8, replicas: 3, generations: 1 });
    const { frames } = subject;
    for (let value = 1; value <= 2; value++) {
      for (let page = 0; page < 4; page++) subject.write(page, value);
      subject.checkpoint(value > 1);
    }
    const free = (): number => frames.pool.countByOwner()[OWNER.free] ?? 0;
    // Of three replicas that share four pages, one takes the frames, the others need their own.
    while (free() > 5) frames.pool.allocate(OWNER.checkpoint);
    expect(frames.lackToDemote([0, 1, 2])).toBe(3);
    expect(frames.lackToDemote([0, 1])).toBe(0);
    expect(frames.lackToDemote([])).toBe(0);
    expect(() => frames.demoteNewestGeneration([0, 1])).not.toThrow();
    expect(free()).toBe(1);
  });

  it("are demoted without want of frames where none were said to lack", () => {
    const page = fc.integer({ min: 0, max: 5 });
    const pages = fc.array(page, { maxLength: 6 });
    const checkpoint = fc.record({ writes: pages, merges: fc.array(fc.tuple(page, page)) });
    let demotions = 0;
    fc.assert(
      fc.property(
        fc.array(checkpoint, { minLength: 2, maxLength: 4 }),
        pages,
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 12 }),
        (checkpoints, later, standing, free) => {
          const subject = start(mergeVerified, { pages: 6, replicas: 3, generations: 3 });
          const { frames } = subject;
          for (const [value, { writes, merges }] of checkpoints.entries()) {
            for (const written of writes) subject.write(written, value + 1);
            subject.checkpoint(value > 0);
            for (const [one, other] of merges) frames.mergePages(one, other);
          }
          for (const written of later) subject.write(written, 9);
          while ((frames.pool.countByOwner()[OWNER.free] ?? 0) > free) {
            frames.pool.allocate(OWNER.firstReplica + 2);
          }
          const replicas = [0, 1, 2].slice(0, standing);
          if (frames.lackToDemote(replicas) > 0) return;
          demotions++;
          frames.demoteNewestGeneration(replicas);
        },
      ),
      { numRuns: 500, seed: 12 },
    );
    expect(demotions).toBeGreaterThan(200);
    expect(demotions).toBeLessThan(500);
  });

  it("a page changed twice within a generation goes back to where it was before", () => {
    const subject = start(privateMemory);
    subject.write(3, 1);
    subject.checkpoint(false);
    subject.write(3, 2);
    subject.checkpoint(true);
    subject.write(3, 3);
    subject.checkpoint(false);
    expect([subject.frames.generationCount, subject.older()]).toEqual([2, 1]);
    subject.frames.demoteNewestGeneration([]);
    expect(subject.known(3)).toBe(1);
  });

  it("dropping the oldest one frees what only it needed", () => {
    const subject = start(mergeVerified);
    for (let value = 1; value <= 4; value++) {
      subject.write(3, value);
      subject.checkpoint(true);
    }
    expect([subject.frames.generationCount, subject.older()]).toEqual([5, 3]);
    subject.frames.dropOldestGeneration();
    subject.frames.dropOldestGeneration();
    expect([subject.frames.generationCount, subject.older()]).toEqual([3, 2]);
    subject.frames.demoteNewestGeneration([]);
    subject.frames.demoteNewestGeneration([]);
    expect([subject.known(3), subject.older()]).toEqual([2, 0]);
    expect(() => subject.frames.dropOldestGeneration()).toThrow(/only one checkpoint/);
    expect(() => subject.frames.demoteNewestGeneration([])).toThrow(/only one checkpoint/);
  });

  it("are given up, the older ones with them, when replicas need their frames", () => {
    const subject = start(privateMemory, { pages: 8, generations: 1 });
    const { frames, layout } = subject;
    for (let value = 1; value <= 2; value++) {
      for (let page = 0; page < 4; page++) subject.write(page, value);
      subject.checkpoint(true);
    }
    // 12 frames for 4 pages, 4 older ones, the zero page.
    expect([frames.generationCount, subject.older()]).toEqual([3, 4]);
    expect(frames.pool.countByOwner()[OWNER.free]).toBe(layout.frameCount - 17);
    for (let page = 4; page < 8; page++) subject.write(page, 1);
    expect([frames.generationCount, subject.older()]).toEqual([3, 4]);
    subject.checkpoint(false);
    // The checkpoint took the four last frames but for those of older ones.
    expect([frames.generationCount, subject.older()]).toEqual([1, 0]);
    for (let page = 0; page < 8; page++) expect(subject.known(page)).toBe(page < 4 ? 2 : 1);
  });

  it("are given up when the checkpoint has no room for new contents but over the old ones", () => {
    const subject = start(privateMemory, { pages: 8, generations: 1 });
    for (let value = 1; value <= 3; value++) {
      for (let page = 0; page < 8; page++) subject.write(page, value);
      subject.checkpoint(value > 1);
    }
    expect([subject.frames.generationCount, subject.older()]).toEqual([1, 0]);
    for (let page = 0; page < 8; page++) expect(subject.known(page)).toBe(3);
  });

  it("a machine that is out of frames for good says so", () => {
    const subject = start(mergeVerified, { pages: 8, generations: 1 });
    const { frames } = subject;
    const [first] = subject.replicas;
    subject.write(0, 1);
    subject.checkpoint(true);
    subject.write(0, 2);
    subject.checkpoint(true);
    expect(subject.older()).toBe(1);
    while ((frames.pool.countByOwner()[OWNER.free] ?? 0) > 0)
      frames.pool.allocate(frames.ownerOf(1));
    first?.writeU32(4096, 1);
    expect(frames.generationCount).toBe(1);
    expect(() => first?.writeU32(2 * 4096, 1)).toThrow(
      expect.objectContaining({ code: "XV_ERR_MEMORY_POOL_EXHAUSTED" }),
    );
    expect(subject.known(0)).toBe(2);
  });
});
