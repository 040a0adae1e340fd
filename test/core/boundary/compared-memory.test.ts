import { describe, expect, it } from "vitest";
import { ComparedMemory, MemoryDiffers } from "../../../core/boundary/compared-memory.ts";
import type { DeviceEffect } from "../../../core/boundary/device-reply.ts";

const BYTES = 3 * 4096;
const RAM_BASE = 0x8000_0000;

function memoryOf(replicas: number): {
  readonly memory: ComparedMemory;
  readonly of: readonly Uint8Array[];
  readonly effects: DeviceEffect[];
} {
  const of = Array.from({ length: replicas }, () =>
    Uint8Array.from({ length: BYTES }, (_, i) => i),
  );
  const effects: DeviceEffect[] = [];
  const pages = {
    replicas: of.map((_, replica) => replica),
    page: (replica: number, page: number) =>
      (of[replica] ?? new Uint8Array()).subarray(page * 4096, (page + 1) * 4096),
  };
  const memory = new ComparedMemory(BYTES, RAM_BASE, pages, (effect) => effects.push(effect));
  return { memory, of, effects };
}

describe("compared memory", () => {
  it("reads what all replicas have, across pages too", () => {
    const { memory } = memoryOf(2);
    expect(memory.read(4094, 4)).toEqual(Uint8Array.of(254, 255, 0, 1));
    expect(memory.readU8(5)).toBe(5);
    expect(memory.readU16(4095)).toBe(0x00ff);
    expect(memory.readU32(1)).toBe(0x0403_0201);
    expect(memory.readU64(0)).toBe(0x0706_0504_0302_0100n);
  });

  it.each([1, 2])("does not read what differs in replica %i", (replica) => {
    const { memory, of } = memoryOf(3);
    (of[replica] as Uint8Array)[4097] = 99;
    expect(memory.read(4098, 4)).toHaveLength(4);
    expect(() => memory.read(4096, 4)).toThrow(MemoryDiffers);
    expect(() => memory.read(4096, 4)).toThrow(`0x80001001, where replica ${replica} differs`);
  });

  it("shows at once what was written, which replicas get later", () => {
    const { memory, of, effects } = memoryOf(2);
    memory.writeU32(4094, 0xdead_beef);
    memory.writeU8(4095, 7);
    memory.writeU16(0, 0x0908);
    memory.writeU64(8, 1n);
    expect(memory.readU32(4094)).toBe(0xdead_07ef);
    expect(memory.readU32(0)).toBe(0x0302_0908);
    expect(memory.readU64(8)).toBe(1n);
    expect(of[0]?.[4095]).toBe(255);
    expect(effects).toHaveLength(4);
    expect(effects[1]).toMatchObject({ kind: "memory", offset: 4095, bytes: Uint8Array.of(7) });
    memory.settle();
    expect(memory.pending).toBe(0);
    expect(memory.readU32(0)).toBe(0x0302_0100);
  });

  it("forgets writes that are undone", () => {
    const { memory } = memoryOf(1);
    memory.writeU8(1, 50);
    memory.writeU8(2, 60);
    memory.undoTo(1);
    expect(memory.read(0, 3)).toEqual(Uint8Array.of(0, 50, 2));
  });

  it("ends where the machine's does", () => {
    const { memory } = memoryOf(1);
    expect(memory.contains(BYTES - 1, 1)).toBe(true);
    expect(memory.contains(BYTES - 1, 2)).toBe(false);
    const outside = expect.objectContaining({ code: "XV_ERR_MACHINE_MEMORY_RANGE" });
    expect(() => memory.read(BYTES, 1)).toThrow(outside);
    expect(() => memory.write(-1, Uint8Array.of(1))).toThrow(outside);
  });
});
