import { describe, expect, it } from "vitest";
import { FramePool } from "../../../core/memory/frame-pool.ts";
import { OWNER } from "../../../core/memory/shared-layout.ts";
import { createTestMemory } from "./shared-memory.ts";

describe("FramePool", () => {
  it("hands out every frame once, never frame 0, then says that it is exhausted", () => {
    const { layout, shared } = createTestMemory(4, 1);
    const pool = new FramePool(shared, layout, 0.5);
    const seen = new Set<number>();
    for (let count = 1; count < layout.frameCount; count++)
      seen.add(pool.allocate(OWNER.firstReplica));
    expect(seen.size).toBe(layout.frameCount - 1);
    expect(seen.has(0)).toBe(false);
    expect(() => pool.allocate(OWNER.firstReplica)).toThrow(
      expect.objectContaining({ code: "XV_ERR_MEMORY_POOL_EXHAUSTED" }),
    );
    pool.releaseAll(OWNER.firstReplica);
    expect(pool.countByOwner()[0]).toBe(layout.frameCount - 1);
  });

  it("has in a batch, and after it, the counts that single moves have", () => {
    const { layout, shared } = createTestMemory(4, 1);
    const pool = new FramePool(shared, layout);
    const [a, b, c] = [0, 0, 0].map(() => pool.allocate(OWNER.firstReplica)) as [
      number,
      number,
      number,
    ];
    const counts = (): number[] =>
      [OWNER.candidate, OWNER.olderCheckpoints, OWNER.firstReplica].map((owner) =>
        pool.count(owner),
      );
    pool.inBatch(() => {
      pool.setOwner(a, OWNER.candidate);
      pool.setOwner(b, OWNER.olderCheckpoints);
      pool.release(c);
      expect(counts()).toEqual([1, 1, 0]);
      // What is missing is made up for, whatever moved before.
      pool.setCount(OWNER.olderCheckpoints, 5);
      expect(pool.count(OWNER.olderCheckpoints)).toBe(5);
      pool.setCount(OWNER.olderCheckpoints, 1);
      pool.allocate(OWNER.firstReplica);
      expect(pool.countByOwner()[OWNER.free]).toBe(layout.frameCount - 4);
    });
    expect(counts()).toEqual([1, 1, 1]);
    const before = pool.countByOwner();
    pool.recount();
    expect(pool.countByOwner()).toEqual(before);
    expect(pool.withFree(pool.snapshot())).toEqual(before);
    pool.setCount(OWNER.candidate, 7);
    pool.countAgain(OWNER.candidate);
    expect(pool.countByOwner()).toEqual(before);
    expect([pool.ownerOf(a), pool.ownerOf(b)]).toEqual([OWNER.candidate, OWNER.olderCheckpoints]);
  });

  it("keeps right counts when a batch fails in the middle", () => {
    const { layout, shared } = createTestMemory(4, 1);
    const pool = new FramePool(shared, layout);
    const frame = pool.allocate(OWNER.firstReplica);
    const fail = (): void =>
      pool.inBatch(() => {
        pool.setOwner(frame, OWNER.candidate);
        throw new Error("in the middle");
      });
    expect(fail).toThrow("in the middle");
    expect([pool.count(OWNER.candidate), pool.count(OWNER.firstReplica)]).toEqual([1, 0]);
    pool.release(frame);
    expect(pool.countByOwner()[OWNER.free]).toBe(layout.frameCount - 1);
  });

  it("copies frames, and zeros from frame 0", () => {
    const { layout, shared } = createTestMemory(4, 1);
    const pool = new FramePool(shared, layout);
    const [a, b] = [pool.allocate(OWNER.firstReplica), pool.allocate(OWNER.firstReplica)];
    const bytes = new Uint8Array(shared.buffer);
    bytes.fill(5, pool.offsetOf(a), pool.offsetOf(a) + 4096);
    pool.copy(a, b);
    expect(bytes[pool.offsetOf(b) + 4095]).toBe(5);
    pool.copy(0, b);
    expect(bytes[pool.offsetOf(b)]).toBe(0);
  });
});
