import { beforeEach, describe, expect, it } from "vitest";
import { DIRTY } from "../../../core/api/guest-memory.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { HELD, OWNER, REFUSED } from "../../../core/memory/shared-layout.ts";
import { createTestMemory, type TestMemory } from "./shared-memory.ts";

const PAGES = 16;
const MOST = 100;

describe("frames of a checkpoint in the making", () => {
  let memory: TestMemory;
  let replicas: readonly ReplicaMemory[];

  beforeEach(() => {
    memory = createTestMemory(PAGES);
    memory.frames.load(0, new Uint8Array(2 * 4096).fill(7));
    replicas = [0, 1].map(
      (replica) =>
        new ReplicaMemory(memory.shared, memory.layout, memory.frames.addReplica(replica)),
    );
  });

  const arena = (number: number) => memory.frames.tables.arenas[number]!;
  const held = (): number => memory.frames.pool.count(OWNER.candidate);
  const owned = (replica: number): number =>
    memory.frames.pool.count(memory.frames.ownerOf(replica));
  const heldAt = (replica: number, page: number): number =>
    new DataView(memory.shared.buffer).getUint32(
      memory.frames.candidatePages.offsetIn(replica, page),
      true,
    );
  const writeAll = (page: number, value: number): void => {
    for (const one of replicas) one.writeU32(page * 4096, value);
  };

  it("keep what each replica had where it held its pages, whatever it writes from there on", () => {
    writeAll(0, 1);
    writeAll(5, 2);
    replicas[0]!.hold(MOST);
    replicas[0]!.writeU32(0, 9);
    replicas[1]!.hold(MOST);
    expect(memory.frames.adoptHeld()).toEqual([0, 5]);
    replicas[1]!.writeU32(5 * 4096, 9);
    expect([0, 1].map((replica) => heldAt(replica, 0))).toEqual([1, 1]);
    expect([0, 1].map((replica) => heldAt(replica, 5))).toEqual([2, 2]);
    expect([replicas[0]!.readU32(0), replicas[1]!.readU32(5 * 4096)]).toEqual([9, 9]);
    expect(held()).toBe(4);
    expect([0, 1].map((replica) => owned(replica))).toEqual([1, 1]);
    expect(memory.frames.dirtyPages(0, 1)).toEqual([0, 5]);
  });

  it("leave no page dirty, and the list of written pages empty", () => {
    writeAll(3, 1);
    replicas[0]!.hold(MOST);
    expect(replicas[0]!.dirtyPages).toBe(0);
    expect(replicas[0]!.isWritable(3)).toBe(false);
  });

  it("have the checkpoint's contents of what one replica did not write, also where it has since", () => {
    writeAll(4, 1);
    replicas[0]!.writeU32(4096, 5);
    for (const one of replicas) one.hold(MOST);
    replicas[1]!.writeU32(4096, 6);
    expect(memory.frames.adoptHeld()).toEqual([1, 4]);
    expect([heldAt(0, 1), heldAt(1, 1)]).toEqual([5, 0x0707_0707]);
  });

  it("are what a replica holds, also where its list lost a page", () => {
    writeAll(2, 1);
    writeAll(3, 1);
    for (const one of replicas) one.hold(MOST);
    arena(1).held[1] = 7;
    expect(memory.frames.adoptHeld()).toEqual([2, 3, 7]);
    expect([heldAt(0, 2), heldAt(1, 2)]).toEqual([1, 1]);
    expect([heldAt(0, 7), heldAt(1, 7)]).toEqual([0, 0]);
    memory.frames.withdrawCandidate([0, 1]);
    expect(held()).toBe(0);
    expect(memory.frames.dirtyPages(1)).toEqual([2, 3]);
  });

  it("are none where a replica wrote more than it may hold", () => {
    writeAll(2, 1);
    writeAll(3, 1);
    replicas[0]!.hold(2);
    replicas[1]!.hold(1);
    expect(arena(1).held[0]).toBe(REFUSED);
    expect(replicas[1]!.dirtyPages).toBe(2);
    expect(memory.frames.adoptHeld()).toBeUndefined();
    memory.frames.withdrawCandidate([0, 1]);
    expect(held()).toBe(0);
    expect([owned(0), owned(1)]).toEqual([2, 2]);
    expect(memory.frames.dirtyPages(0)).toEqual([2, 3]);
  });

  it.each([true, false])(
    "are the replica's own again when they are withdrawn (adopted: %s)",
    (is) => {
      writeAll(2, 1);
      writeAll(6, 2);
      for (const one of replicas) one.hold(MOST);
      replicas[0]!.writeU32(2 * 4096, 3);
      if (is) memory.frames.adoptHeld();
      memory.frames.withdrawCandidate([0, 1]);
      expect(held()).toBe(0);
      expect([owned(0), owned(1)]).toEqual([2, 2]);
      expect(memory.frames.dirtyPages(0, 1)).toEqual([2, 6]);
      expect(replicas.map((one) => one.readU32(2 * 4096))).toEqual([3, 1]);
      expect(replicas.every((one) => one.isWritable(2) && one.isWritable(6))).toBe(true);
    },
  );

  it.each([true, false])("go with a replica that is gone (adopted: %s)", (isAdopted) => {
    writeAll(2, 1);
    for (const one of replicas) one.hold(MOST);
    if (isAdopted) memory.frames.adoptHeld();
    memory.frames.removeReplica(1);
    expect(held()).toBe(1);
    memory.frames.removeReplica(0);
    expect(held()).toBe(0);
  });

  describe("where a replica dies in the middle of holding them", () => {
    let left: readonly number[];

    /** As `hold` does, but for the counts. */
    const holdPage = (page: number): void => {
      const { map, candidate } = arena(1);
      const frame = (map[page] ?? 0) >>> 1;
      candidate[page] = ((frame << 1) | HELD) >>> 0;
      map[page] = (frame << 1) >>> 0;
      memory.frames.tables.owners[frame] = OWNER.candidate;
    };

    beforeEach(() => {
      left = memory.frames.pool.countByOwner();
      writeAll(2, 1);
      writeAll(3, 1);
      replicas[0]!.hold(MOST);
      const { held: list, dirty } = arena(1);
      list.set([2, 2, 3]);
      dirty[0] = 0;
      holdPage(2);
    });

    const assertAllGo = (): void => {
      memory.frames.removeReplica(1);
      memory.frames.removeReplica(0);
      expect(memory.frames.pool.countByOwner()).toEqual(left);
      expect(memory.frames.tables.owners.includes(OWNER.candidate)).toBe(false);
    };

    it("go with it", () => assertAllGo());

    it("go with it after the others' were given back", () => {
      memory.frames.withdrawCandidate([0]);
      expect(memory.frames.dirtyPages(0)).toEqual([2, 3]);
      assertAllGo();
    });

    it("go with it where it had not died, but only been too slow, and held more meanwhile", () => {
      memory.frames.withdrawCandidate([0]);
      holdPage(3);
      assertAllGo();
    });
  });

  it("are held once where a damaged list names a page twice, or one that does not exist", () => {
    writeAll(2, 1);
    arena(0).dirty.set([3, 2, 2, 4711]);
    replicas[0]!.hold(MOST);
    replicas[1]!.hold(MOST);
    expect(held()).toBe(2);
    expect(memory.frames.adoptHeld()).toEqual([2]);
    memory.frames.withdrawCandidate([0, 1]);
    expect(held()).toBe(0);
    expect((arena(0).map[2] ?? 0) & DIRTY).toBe(DIRTY);
  });

  it("are no more than there is room for, whatever the replicas write meanwhile", () => {
    // Each may come to own all pages beside those held, and the checkpoint may need a frame for each of these.
    const { frames, layout } = memory;
    const most = frames.mostHeld;
    const free = layout.frameCount - 1 - 2;
    expect(most).toBe(Math.floor((free - 2 * PAGES) / 3));
    writeAll(2, 1);
    expect(frames.mostHeld).toBe(most);
  });
});
