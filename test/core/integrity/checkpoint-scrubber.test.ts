import { beforeEach, describe, expect, it } from "vitest";
import { CheckpointScrubber } from "../../../core/integrity/checkpoint-scrubber.ts";
import { IntegrityBreach, IntegrityWatch } from "../../../core/integrity/integrity-watch.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { createTestMemory, type TestMemory } from "../memory/shared-memory.ts";

const PAGE = 3;

describe("the scrubber", () => {
  let memory: TestMemory;
  let watch: IntegrityWatch;
  let scrubber: CheckpointScrubber;

  const damage = (): void => {
    const at = memory.frames.checkpointOffset(PAGE) + 17;
    const bytes = new Uint8Array(memory.shared.buffer);
    bytes[at] = (bytes[at] ?? 0) ^ 0x20;
  };
  const contents = (): number | undefined =>
    new Uint8Array(memory.shared.buffer)[memory.frames.checkpointOffset(PAGE) + 17];

  beforeEach(() => {
    memory = createTestMemory();
    for (const page of [1, PAGE, 5]) {
      memory.frames.load(page * 4096, new Uint8Array(4096).fill(page));
    }
    watch = new IntegrityWatch();
    scrubber = new CheckpointScrubber(memory.frames, watch);
  });

  it("gives pages their digests bit by bit, and finds nothing wrong with them", () => {
    scrubber.step(2, 10);
    expect(scrubber.known).toBe(2);
    scrubber.step(2, 10);
    expect(scrubber.known).toBe(3);
    scrubber.verifyAll();
    expect(watch.found).toEqual([]);
    expect(scrubber.isSound).toBe(true);
  });

  it("has a page wait once, however often it is verified meanwhile", () => {
    for (let times = 0; times < 50; times++) scrubber.verified([PAGE, 5, PAGE]);
    scrubber.step(3, 0);
    expect(scrubber.known).toBe(3);
    scrubber.verified([1]);
    expect(scrubber.known).toBe(2);
    scrubber.step(1, 0);
    expect(scrubber.known).toBe(3);
  });

  it("looks at so many pages at a time, round and round", () => {
    scrubber.step(10, 1);
    damage();
    scrubber.step(0, 1);
    expect(watch.found).toHaveLength(1);
    scrubber.verified([PAGE]);
    scrubber.step(10, 2);
    damage();
    // Of three pages in turn, it is among the first three.
    for (let times = 0; times < 3; times++) scrubber.step(0, 1);
    expect(watch.found).toHaveLength(2);
  });

  it("puts a page right from a replica that has a copy of its own", () => {
    memory.frames.addReplica(0);
    memory.frames.addReplica(1);
    memory.frames.givePrivateCopy(1, [PAGE]);
    scrubber.step(10, 0);
    damage();
    scrubber.verifyAll();
    expect(contents()).toBe(PAGE);
    expect(watch.found).toEqual([
      { record: "checkpoint page 0x3", outcome: "repaired", how: "from what replica 1 has there" },
    ]);
  });

  it("stops when replicas have read what changed, and nobody has what it was", () => {
    memory.frames.addReplica(0);
    scrubber.step(10, 0);
    damage();
    expect(() => scrubber.verifyAll()).toThrow(IntegrityBreach);
  });

  describe("when nobody reads what changed", () => {
    beforeEach(() => {
      scrubber.step(10, 0);
      damage();
      scrubber.verifyAll();
    });

    it("asks for another checkpoint, which has to replace the page", () => {
      expect(scrubber.isSound).toBe(false);
      scrubber.verified([1, PAGE]);
      expect(scrubber.isSound).toBe(true);
      scrubber.step(10, 10);
      expect(watch.found).toHaveLength(1);
    });

    it("stops when another checkpoint does not replace it, and a replica reads it", () => {
      memory.frames.addReplica(0);
      expect(() => scrubber.verified([1])).toThrow(IntegrityBreach);
    });

    it("waits for the checkpoint after the next one where all replicas wrote it meanwhile", () => {
      for (const replica of [0, 1]) {
        const arena = memory.frames.addReplica(replica);
        new ReplicaMemory(memory.shared, memory.layout, arena).writeU8(PAGE * 4096, 1);
      }
      scrubber.verified([1]);
      expect(scrubber.isSound).toBe(false);
      scrubber.verified([PAGE]);
      expect(scrubber.isSound).toBe(true);
      expect(watch.found).toHaveLength(1);
    });

    it("does without an older checkpoint that has it in the same frame", () => {
      scrubber.reset();
      expect(scrubber.isSound).toBe(false);
      memory.frames.storeInCheckpoint(PAGE, new Uint8Array(4096));
      memory.frames.addReplica(0);
      memory.frames.storeInCheckpoint(PAGE, new Uint8Array(4096).fill(9));
      scrubber.reset();
      expect(scrubber.isSound).toBe(true);
    });
  });
});
