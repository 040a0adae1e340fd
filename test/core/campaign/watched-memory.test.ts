import { describe, expect, it } from "vitest";
import { WatchedMemory } from "../../../core/campaign/watched-memory.ts";
import { createTestMemory } from "../memory/shared-memory.ts";

function seenBy(use: (memory: WatchedMemory) => void): readonly number[] {
  const { layout, shared, frames } = createTestMemory(16, 1);
  const memory = new WatchedMemory(shared, layout, frames.addReplica(0));
  const seen = new Set<number>();
  memory.watch((page) => seen.add(page));
  use(memory);
  memory.watch(undefined);
  memory.readU8(15 * 4096);
  return [...seen].toSorted((a, b) => a - b);
}

describe("watched memory", () => {
  it("notes every page that is read", () => {
    expect(seenBy((memory) => memory.read(4090, 4096 + 10))).toEqual([0, 1, 2]);
    expect(seenBy((memory) => memory.readU8(4096))).toEqual([1]);
    expect(seenBy((memory) => memory.readU16(4095))).toEqual([0, 1]);
    expect(seenBy((memory) => memory.readU32(2 * 4096))).toEqual([2]);
    expect(seenBy((memory) => memory.readU64(3 * 4096 - 1))).toEqual([2, 3]);
    expect(seenBy((memory) => memory.frameForRead(7))).toEqual([7]);
  });

  it("does not take writes for reads", () => {
    expect(seenBy((memory) => memory.write(4096, Uint8Array.of(1, 2)))).toEqual([]);
  });
});
