import { describe, expect, it } from "vitest";
import { FrameAccounts, framesInUse } from "../../../core/coordinator/frame-accounts.ts";
import { SharedMemories } from "../../../core/coordinator/shared-memories.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { mergeVerified } from "../../../plugins/memory-sharing/merge-verified.ts";
import { createTestMemory } from "../memory/shared-memory.ts";

function start(): {
  readonly accounts: FrameAccounts;
  readonly frames: number;
  /** Both replicas write so many pages, then a checkpoint is taken. */
  checkpoint(pages: number): void;
} {
  const { frames, layout, shared } = createTestMemory();
  const sharing = mergeVerified.create({});
  const numbers = [0, 1];
  const all = numbers
    .map(() => 0)
    .map((_, replica) => {
      const arena = frames.addReplica(replica);
      sharing.replicaStarted(replica, frames.touchedPages(), frames);
      return new ReplicaMemory(shared, layout, arena);
    });
  const accounts = new FrameAccounts(frames, new SharedMemories({ frames, shared, layout }), {
    numbers,
  });
  let taken = 0;
  return {
    accounts,
    frames: layout.frameCount,
    checkpoint: (pages) => {
      for (const memory of all)
        for (let page = 0; page < pages; page++) memory.writeU8(page * 4096, 1);
      const before = accounts.look();
      sharing.pagesVerified(frames.dirtyPages(...numbers), numbers, frames);
      for (const replica of numbers) frames.clearDirty(replica);
      accounts.checkpointTaken({ epoch: taken, steps: taken * 100 }, before, accounts.look());
      taken++;
    },
  };
}

describe("FrameAccounts", () => {
  it("counts every frame once, by owner, at rest and at the peak before", () => {
    const { accounts, frames, checkpoint } = start();
    checkpoint(3);
    checkpoint(1);
    const [first, second] = accounts.samples;
    expect(first).toEqual({
      epoch: 0,
      steps: 0,
      // The zero page and three private pages for each.
      peakFrames: 7,
      replicaPages: 3,
      framesByOwner: {
        free: frames - 4,
        zero: 1,
        checkpoint: 3,
        "older checkpoints": 0,
        "replica 0": 0,
        "replica 1": 0,
      },
    });
    expect(second).toMatchObject({ epoch: 1, steps: 100, peakFrames: 6, replicaPages: 3 });
    expect(framesInUse(second?.framesByOwner ?? {})).toBe(4);
    expect(accounts.peakFrames).toBe(7);
  });

  it("has nothing to show before the first checkpoint", () => {
    expect(start().accounts.samples).toEqual([]);
  });

  it("keeps some hundred samples of any number, evenly spread, with the last one and all peaks", () => {
    const { accounts, checkpoint } = start();
    for (let count = 0; count < 1500; count++) checkpoint(count === 1001 ? 9 : 1);
    const epochs = accounts.samples.map(({ epoch }) => epoch);
    expect(epochs.length).toBeGreaterThan(128);
    expect(epochs.length).toBeLessThanOrEqual(257);
    expect(epochs.at(-1)).toBe(1499);
    const distances = epochs.slice(1, -1).map((epoch, index) => epoch - (epochs[index] ?? 0));
    expect(new Set(distances)).toEqual(new Set([8]));
    const peaks = accounts.samples.filter(({ peakFrames }) => peakFrames === 20);
    expect(peaks.map(({ epoch }) => epoch)).toEqual([1008]);
  });
});
