import { describe, expect, it } from "vitest";
import { emptyVirtioSlot } from "../../../../guest-archs/riscv/platform/empty-virtio-slot.ts";

describe("an empty virtio-mmio slot", () => {
  it("is recognised as virtio, with no device in it", () => {
    expect([0, 4, 8].map((offset) => emptyVirtioSlot.read(offset, 4))).toEqual([0x7472_6976, 2, 0]);
    emptyVirtioSlot.write(0x70, 4, 1);
    expect(emptyVirtioSlot.read(0x70, 4)).toBe(0);
    expect(emptyVirtioSlot.read(0, 1)).toBe(0);
  });
});
