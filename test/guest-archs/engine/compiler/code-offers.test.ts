import { beforeEach, describe, expect, it } from "vitest";
import { CodeOffers, isSourceOf } from "../../../../guest-archs/engine/compiler/code-offers.ts";
import type { RegionPlan } from "../../../../guest-archs/engine/compiler/region-plan.ts";
import { FlatMemory } from "../../riscv/flat-memory.ts";

const MODULE = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));

function plan(changes: Partial<RegionPlan> = {}): RegionPlan {
  return {
    page: 3,
    offset: 0x10,
    generation: 0,
    instructions: 10,
    pages: new Map([
      [0, 3],
      [1, 7],
    ]),
    entries: [0x10, 4096 + 0x20],
    cells: [],
    ranges: [
      { page: 3, from: 0x10, end: 0x12 },
      { page: 7, from: 0x20, end: 0x24 },
    ],
    source: Uint8Array.of(1, 2, 3, 4, 5, 6),
    ...changes,
  };
}

const origin = { page: 3, offset: 0x10, generation: 0, isSecond: false };
const entry = { ...origin, page: 7, offset: 0x20 };

describe("CodeOffers", () => {
  let offers: CodeOffers;

  beforeEach(() => {
    offers = new CodeOffers(100);
    offers.add({ module: MODULE, regions: [plan()] });
  });

  it("finds a region by the place it was compiled for and by its other entries", () => {
    expect(offers.find(origin)?.plan.offset).toBe(0x10);
    expect(offers.find(entry)?.plan.offset).toBe(0x10);
    expect(offers.has(7, 0x20)).toBe(true);
    expect(offers.find({ ...origin, offset: 0x12 })).toBeUndefined();
  });

  it("offers entries of other regions only where none around the place was tried before", () => {
    expect(offers.find({ ...entry, isSecond: true })).toBeUndefined();
    expect(offers.find({ ...origin, isSecond: true })).toBeDefined();
  });

  it("offers no older generation than the wanted one, and the newest it has", () => {
    expect(offers.find({ ...origin, generation: 1 })).toBeUndefined();
    offers.add({ module: MODULE, regions: [plan({ generation: 2 })] });
    offers.add({ module: MODULE, regions: [plan({ generation: 1 })] });
    expect(offers.find({ ...origin, generation: 1 })?.plan.generation).toBe(2);
  });

  it("forgets an offer that was removed, at all places", () => {
    const offer = offers.find(origin);
    if (offer !== undefined) offers.remove(offer);
    expect(offers.find(origin)).toBeUndefined();
    expect(offers.find(entry)).toBeUndefined();
  });

  it("starts afresh when too much has collected", () => {
    offers.add({ module: MODULE, regions: [plan({ offset: 0x80, instructions: 95 })] });
    expect(offers.find(origin)).toBeUndefined();
    offers.add({ module: MODULE, regions: [plan()] });
    expect(offers.find(origin)).toBeDefined();
  });
});

describe("isSourceOf", () => {
  let memory: FlatMemory;

  beforeEach(() => {
    memory = new FlatMemory(16 * 4096, 0);
    memory.write(3 * 4096 + 0x10, Uint8Array.of(1, 2));
    memory.write(7 * 4096 + 0x20, Uint8Array.of(3, 4, 5, 6));
  });

  it("is true where memory holds the bytes of all ranges", () => {
    expect(isSourceOf(plan(), memory)).toBe(true);
  });

  it.each([3 * 4096 + 0x10, 3 * 4096 + 0x11, 7 * 4096 + 0x23])(
    "is false when the byte at 0x%x differs",
    (address) => {
      memory.writeU8(address, memory.readU8(address) ^ 0x40);
      expect(isSourceOf(plan(), memory)).toBe(false);
    },
  );

  it("is false for a source that is longer than its ranges", () => {
    expect(isSourceOf(plan({ source: Uint8Array.of(1, 2, 3, 4, 5, 6, 7) }), memory)).toBe(false);
  });
});
