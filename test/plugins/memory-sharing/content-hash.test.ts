import { describe, expect, it } from "vitest";
import { defaultOptionsOf } from "../../../core/config/default-options.ts";
import type { MemorySharingProvider } from "../../../core/index.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { OWNER } from "../../../core/memory/shared-layout.ts";
import { contentHash, contentHashUsing } from "../../../plugins/memory-sharing/content-hash.ts";
import { createTestMemory } from "../../core/memory/shared-memory.ts";
import { recordingMechanism } from "./recording-mechanism.ts";

/** Two replicas over pages loaded with one number each. */
function start(
  loaded: readonly number[],
  provider: MemorySharingProvider = contentHash,
  options: object = {},
) {
  const { frames, layout, shared } = createTestMemory();
  for (const [page, value] of loaded.entries()) {
    frames.load(page * 4096, new Uint8Array(4096).fill(value));
  }
  const sharing = provider.create({ ...defaultOptionsOf(provider), ...options });
  const replicas = [0, 1].map((replica) => {
    const arena = frames.addReplica(replica);
    sharing.replicaStarted(replica, frames.touchedPages(), frames);
    return new ReplicaMemory(shared, layout, arena);
  });
  return {
    frames,
    replicas,
    scan: () => sharing.scan?.(frames),
    write: (page: number, value: number) => {
      for (const memory of replicas) memory.write(page * 4096, new Uint8Array(4096).fill(value));
    },
    checkpoint: () => {
      sharing.pagesVerified(frames.dirtyPages(0, 1), [0, 1], frames);
      for (const replica of [0, 1]) frames.clearDirty(replica);
    },
    /** Frames of the checkpoint but for the zero page. */
    held: () => frames.pool.count(OWNER.checkpoint) - 1,
    seen: (page: number) => [
      ...replicas.map((memory) => memory.readU8(page * 4096 + 99)),
      new Uint8Array(shared.buffer)[frames.checkpointOffset(page) + 99],
    ],
  };
}

describe("content-hash", () => {
  it("puts equal pages of the machine into one frame at the next checkpoint", () => {
    const machine = start([1, 2, 1, 2, 1, 3]);
    machine.scan();
    expect(machine.held()).toBe(6);
    machine.checkpoint();
    expect(machine.held()).toBe(3);
    for (const [page, value] of [1, 2, 1, 2, 1, 3].entries()) {
      expect(machine.seen(page)).toEqual([value, value, value]);
    }
  });

  it("frees the frames of pages that came to hold zeros", () => {
    const machine = start([1]);
    machine.write(0, 0);
    machine.write(5, 0);
    machine.checkpoint();
    expect(machine.held()).toBe(2);
    machine.scan();
    machine.checkpoint();
    expect(machine.held()).toBe(0);
    expect(machine.frames.touchedPages()).toEqual([]);
  });

  it("a write to one of them changes no other, in whatever replica", () => {
    const machine = start([7, 7, 7]);
    machine.scan();
    machine.checkpoint();
    expect(machine.held()).toBe(1);
    const [a, b] = machine.replicas;
    a?.writeU8(4096 + 99, 8);
    expect([machine.seen(0), machine.seen(1), machine.seen(2)]).toEqual([
      [7, 7, 7],
      [8, 7, 7],
      [7, 7, 7],
    ]);
    b?.writeU8(4096 + 99, 8);
    machine.checkpoint();
    expect(machine.held()).toBe(2);
    expect([machine.seen(0), machine.seen(1), machine.seen(2)]).toEqual([
      [7, 7, 7],
      [8, 8, 8],
      [7, 7, 7],
    ]);
  });

  it("goes on sharing a frame whose first page has been written", () => {
    const machine = start([7, 7, 7, 1]);
    machine.scan();
    machine.checkpoint();
    machine.write(0, 9);
    machine.write(3, 7);
    machine.checkpoint();
    expect(machine.held()).toBe(3);
    machine.scan();
    machine.checkpoint();
    // Pages 1 to 3 hold 7, page 0 holds 9.
    expect(machine.held()).toBe(2);
  });

  it("leaves pages alone that were written since they were hashed", () => {
    const machine = start([1, 1, 1]);
    machine.scan();
    machine.write(1, 2);
    machine.checkpoint();
    expect(machine.held()).toBe(2);
    expect([0, 1, 2].map((page) => machine.seen(page)[0])).toEqual([1, 2, 1]);
  });

  it.each([() => 7, (page: number) => page & 1])(
    "compares in full: a hash that says nothing leads to no wrong sharing",
    (hash) => {
      const values = [1, 2, 3, 1, 2, 3, 4];
      const machine = start(values, contentHashUsing(hash));
      for (let round = 0; round < 5; round++) {
        machine.scan();
        machine.checkpoint();
        for (const [page, value] of values.entries()) {
          expect(machine.seen(page)).toEqual([value, value, value]);
        }
      }
    },
  );

  it("hashes so many pages an epoch and merges so many at a checkpoint", () => {
    const machine = start([1, 1, 1, 1, 1, 1], contentHash, { scanPages: 3, mergePages: 1 });
    machine.scan();
    const held: number[] = [];
    for (let checkpoint = 0; checkpoint < 3; checkpoint++) {
      machine.checkpoint();
      held.push(machine.held());
    }
    expect(held).toEqual([5, 4, 4]);
    machine.scan();
    for (let checkpoint = 0; checkpoint < 4; checkpoint++) machine.checkpoint();
    expect(machine.held()).toBe(1);
  });

  it("is not held up by pages that are rewritten all the time", () => {
    const machine = start([], contentHash, { mergePages: 1 });
    const rewritten = [1, 2, 3, 4];
    for (let round = 0; round < 20; round++) {
      for (const page of rewritten) machine.write(page, 7);
      if (round === 10) machine.write(8, 9);
      if (round === 10) machine.write(9, 9);
      machine.checkpoint();
      machine.scan();
    }
    // Four pages of sevens, and one frame for both nines.
    expect(machine.held()).toBe(5);
    for (let round = 0; round < 4; round++) machine.checkpoint();
    expect(machine.held()).toBe(2);
  });

  it("hashes in turn what is written faster than it can hash", () => {
    const hashed: number[] = [];
    const provider = contentHashUsing((page) => {
      if (page >= 0) hashed.push(page);
      return page;
    });
    const machine = start([], provider, { scanPages: 1 });
    for (let round = 0; round < 9; round++) {
      for (const page of [1, 2, 3]) machine.write(page, 5);
      machine.checkpoint();
      machine.scan();
    }
    expect(hashed).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
  });

  it("merges what a checkpoint verified, as merge-verified does", () => {
    const mechanism = recordingMechanism();
    contentHash.create(defaultOptionsOf(contentHash)).pagesVerified([3, 7], [0, 2], mechanism);
    expect(mechanism.calls).toEqual(["promote 0/3,7", "share 2/3,7"]);
  });
});
