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
