import { describe, expect, it } from "vitest";
import { memoryBitFlip } from "../../../plugins/faults/memory-bit-flip.ts";
import { fakeTarget, RAM_BASE, RAM_BYTES, refusalBy } from "./fake-target.ts";

describe("memory-bit-flip", () => {
  it("flips one bit of one byte, as a write that the processor's caches hear of", () => {
    const target = fakeTarget();
    target.memory.write(0x1ffe, Uint8Array.of(1, 2, 3, 4));
    const written: [number, number][] = [];
    target.memory.observe({
      frameReplaced() {},
      mapReset() {},
      written: (address, length) => written.push([address, length]),
    });
    const told = memoryBitFlip.inject({ address: RAM_BASE + 0x2000, bit: 7 }, target);
    expect(told).toBe("memory 0x80002000 bit 7: 0x3 -> 0x83");
    expect([...target.memory.read(0x1ffe, 4)]).toEqual([1, 2, 0x83, 4]);
    expect(written).toEqual([[0x2000, 1]]);
  });

  it("makes the page private first: no frame shared with others changes", () => {
    const target = fakeTarget();
    const shared = target.memory.frameForRead(5);
    memoryBitFlip.inject({ address: RAM_BASE + 5 * 4096, bit: 0 }, target);
    expect(target.memory.frameForRead(5)).not.toBe(shared);
    expect(new Uint8Array(target.memory.shared.buffer)[shared]).toBe(0);
    expect(target.memory.readU8(5 * 4096)).toBe(1);
  });

  it("flips adjacent bits across bytes", () => {
    const target = fakeTarget();
    const told = memoryBitFlip.inject({ address: RAM_BASE + 0xfff, bit: 6, width: 12 }, target);
    expect(told).toBe("memory 0x80000fff bits 6 to 17: 0x0 -> 0x3ffc0");
    expect([...target.memory.read(0xffe, 5)]).toEqual([0, 0xc0, 0xff, 3, 0]);
    const last = { address: RAM_BASE + RAM_BYTES - 1, bit: 7 };
    expect(refusalBy(memoryBitFlip, last)).toBeUndefined();
    expect(refusalBy(memoryBitFlip, { ...last, width: 2 })?.code).toBe("XV_ERR_FAULT_ADDRESS");
  });

  it("finds no site outside of memory", () => {
    for (const address of [RAM_BASE - 1, RAM_BASE + RAM_BYTES, 0]) {
      expect(memoryBitFlip.inject({ address, bit: 0 }, fakeTarget())).toBeUndefined();
    }
  });

  it("accepts the first and the last byte and refuses what lies beside them", () => {
    const check = (address: number): unknown => refusalBy(memoryBitFlip, { address, bit: 0 });
    expect(check(RAM_BASE)).toBeUndefined();
    expect(check(RAM_BASE + RAM_BYTES - 1)).toBeUndefined();
    for (const address of [RAM_BASE - 1, RAM_BASE + RAM_BYTES]) {
      expect(check(address)).toMatchObject({
        code: "XV_ERR_FAULT_ADDRESS",
        value: String(address),
        remedy: expect.stringContaining("0x80000000 to 0x8000ffff") as string,
      });
    }
  });
});
