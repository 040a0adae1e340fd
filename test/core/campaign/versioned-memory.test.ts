import { describe, expect, it } from "vitest";
import { VersionedMemory } from "../../../core/campaign/versioned-memory.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { createTestMemory } from "../memory/shared-memory.ts";

const PAGES = 16;

function subject(): { memory: ReplicaMemory; versions: VersionedMemory; told: number[] } {
  const { layout, shared, frames } = createTestMemory(PAGES, 1, 8);
  const arena = frames.addReplica(0);
  const memory = new ReplicaMemory(shared, layout, arena);
  const told: number[] = [];
  memory.observe({
    frameReplaced: () => {},
    written: (address) => told.push(address),
    mapReset: () => {},
  });
  memory.writeU8(5, 1);
  return { memory, versions: new VersionedMemory(memory, layout, arena), told };
}

/** Place 0: [1, 0]; 1: [2, 0]; 2: [2, 7]; 3: [9, 7] in a byte of two pages each. */
function withPlaces(): ReturnType<typeof subject> & { bytes: () => number[] } {
  const made = subject();
  const { memory, versions } = made;
  memory.writeU8(5, 2);
  versions.addPlace();
  memory.writeU8(4096 + 5, 7);
  versions.addPlace();
  memory.writeU8(5, 9);
  versions.addPlace();
  versions.seal();
  return { ...made, bytes: () => [memory.readU8(5), memory.readU8(4096 + 5)] };
}

describe("memory with versions", () => {
  it("goes to any place, in any order, whatever was written since", () => {
    const { memory, versions, bytes } = withPlaces();
    const wanted = [
      [1, 0],
      [2, 0],
      [2, 7],
      [9, 7],
    ];
    for (const place of [3, 0, 2, 1, 1, 3, 2, 0]) {
      versions.goTo(place);
      expect(bytes()).toEqual(wanted[place]);
      memory.writeU8(5, 77);
      memory.writeU8(3 * 4096, 1);
    }
    versions.goTo(3);
    expect(memory.readU8(3 * 4096)).toBe(0);
  });

  it("tells the pages that differ from a later place, its own and those of the way", () => {
    const { memory, versions } = withPlaces();
    versions.goTo(0);
    expect(versions.differingPages(0, 9)).toEqual([]);
    expect(versions.differingPages(3, 9)).toEqual([0, 1]);
    expect(versions.differingPages(3, 1)).toEqual([0]);
    memory.writeU8(5, 2);
    expect(versions.differingPages(1, 9)).toEqual([]);
    memory.writeU8(3 * 4096, 1);
    expect(versions.differingPages(1, 9)).toEqual([3]);
    expect([...versions.writtenBetween(0, 2)].toSorted()).toEqual([0, 1, 3]);
  });

  it("tells the observer the lines whose bytes change, and no others", () => {
    const { memory, versions, told } = withPlaces();
    versions.goTo(0);
    told.length = 0;
    versions.goTo(2);
    expect(told.toSorted((a, b) => a - b)).toEqual([0, 4096]);
    memory.writeU8(4096 + 5, 7);
    memory.writeU8(200, 1);
    told.length = 0;
    versions.goTo(2);
    expect(told).toEqual([192]);
  });

  it("gives up places, and the frames that nobody reads any more", () => {
    const { memory, versions } = subject();
    for (let value = 2; value <= 6; value++) {
      memory.writeU8(5, value);
      versions.addPlace();
    }
    expect(versions.heldFrames).toBe(5);
    versions.thin((place) => place % 2 === 0);
    // 0, 2, 4 and the last one.
    expect(versions.heldFrames).toBe(3);
    versions.seal();
    const found = [0, 1, 2, 3].map((place) => {
      versions.goTo(place);
      return memory.readU8(5);
    });
    expect(found).toEqual([1, 3, 5, 6]);
  });
});
