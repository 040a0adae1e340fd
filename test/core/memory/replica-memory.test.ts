import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { createTestMemory } from "./shared-memory.ts";

const BYTES = 16 * 4096;

describe("ReplicaMemory", () => {
  it("behaves like an array of bytes, whatever the widths and page borders", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            address: fc.integer({ min: 0, max: BYTES - 8 }),
            size: fc.constantFrom(1, 2, 4, 8),
            value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
          }),
          { maxLength: 60 },
        ),
        (writes) => {
          const { layout, shared, frames } = createTestMemory();
          const initial = Uint8Array.from({ length: BYTES }, (_, index) => (index * 7) >>> 3);
          frames.load(0, initial);
          const memory = new ReplicaMemory(shared, layout, frames.addReplica(0));
          const model = new DataView(initial.slice().buffer);
          for (const { address, size, value } of writes) {
            const low = Number(value & 0xffff_ffffn);
            if (size === 1) memory.writeU8(address, low & 0xff);
            else if (size === 2) memory.writeU16(address, low & 0xffff);
            else if (size === 4) memory.writeU32(address, low);
            else memory.writeU64(address, value);
            for (let index = 0; index < size; index++) {
              model.setUint8(address + index, Number((value >> BigInt(8 * index)) & 0xffn));
            }
            expect(memory.readU64(address)).toBe(model.getBigUint64(address, true));
            expect(memory.readU16(address + 1)).toBe(model.getUint16(address + 1, true));
          }
          expect(Buffer.compare(memory.read(0, BYTES), new Uint8Array(model.buffer))).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("never lets a write of one replica reach another or the checkpoint", () => {
    const { layout, shared, frames } = createTestMemory();
    frames.load(0, Uint8Array.of(1, 2, 3, 4));
    const [a, b] = [0, 1].map(
      (replica) => new ReplicaMemory(shared, layout, frames.addReplica(replica)),
    );
    a?.writeU32(0, 0xffff_ffff);
    a?.writeU8(5 * 4096, 9);
    expect(b?.readU32(0)).toBe(0x0403_0201);
    expect(b?.readU8(5 * 4096)).toBe(0);
    expect(frames.dirtyPages(0)).toEqual([0, 5]);
    expect(frames.dirtyPages(1)).toEqual([]);
    expect(new DataView(shared.buffer).getUint32(frames.checkpointOffset(0), true)).toBe(
      0x0403_0201,
    );
  });

  it("lets a write that went astray reach dirty pages of its own replica alone", () => {
    const { layout, shared, frames } = createTestMemory();
    frames.load(0, new Uint8Array(BYTES).fill(7));
    const [first, second] = [0, 1].map(
      (replica) => new ReplicaMemory(shared, layout, frames.addReplica(replica)),
    );
    if (first === undefined || second === undefined) throw new Error("no replicas");
    first.writeU8(4096, 1);
    second.writeU8(2 * 4096, 1);
    const written: number[] = [];
    first.observe({
      frameReplaced() {},
      mapReset() {},
      written: (address) => written.push(address),
    });
    const done = Array.from({ length: first.frameCount }, (_, frame) =>
      first.strayWrite(frame, 3, 0x10),
    );
    expect(done.filter(Boolean)).toHaveLength(1);
    expect(written).toEqual([4096 + 3]);
    expect(first.readU8(4096 + 3)).toBe(0x17);
    for (const at of [3, 2 * 4096 + 3, 3 * 4096 + 3]) expect(first.readU8(at)).toBe(7);
    for (const at of [3, 4096 + 3, 2 * 4096 + 3]) expect(second.readU8(at)).toBe(7);
    // Its own page is read-only once a checkpoint was taken.
    frames.clearDirty(0);
    expect(done.map((_, frame) => first.strayWrite(frame, 3, 0x10))).not.toContain(true);
  });

  it("tells its observer of replaced frames once, and of every write", () => {
    const { layout, shared, frames } = createTestMemory();
    const memory = new ReplicaMemory(shared, layout, frames.addReplica(0));
    const events: string[] = [];
    memory.observe({
      frameReplaced: (page) => events.push(`replaced ${page}`),
      written: (address, length) => events.push(`written ${address}+${length}`),
      mapReset: () => events.push("reset"),
    });
    memory.writeU8(4097, 1);
    memory.writeU32(4200, 1);
    memory.remapped();
    expect(events).toEqual(["replaced 1", "written 4097+1", "written 4200+4", "reset"]);
  });

  it("refuses accesses outside memory", () => {
    const { layout, shared, frames } = createTestMemory();
    const memory = new ReplicaMemory(shared, layout, frames.addReplica(0));
    for (const access of [
      () => memory.readU32(BYTES - 2),
      () => memory.readU8(-1),
      () => memory.writeU16(BYTES - 1, 1),
      () => memory.read(BYTES - 4, 8),
    ]) {
      expect(access).toThrow(expect.objectContaining({ code: "XV_ERR_MACHINE_MEMORY_RANGE" }));
    }
  });
});
