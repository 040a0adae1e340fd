import { describe, expect, it } from "vitest";
import { wildStore } from "../../../plugins/faults/wild-store.ts";
import { fakeTarget, refusalBy, type FakeTarget } from "./fake-target.ts";

/** Number of the frame that a page lives in. */
function frameOf({ memory }: FakeTarget, page: number): number {
  return (memory.frameForRead(page) - memory.pageMap.frames) / 4096;
}

describe("wild-store", () => {
  it("changes a private page of the replica", () => {
    const target = fakeTarget();
    target.memory.writeU8(5 * 4096 + 100, 0x81);
    const frame = frameOf(target, 5);
    expect(wildStore.inject({ frame, offset: 100, bit: 1, width: 2 }, target)).toBe(
      `bits 1 to 2 of byte 100 of frame ${frame}: changed, it is the replica's own`,
    );
    expect(target.memory.readU8(5 * 4096 + 100)).toBe(0x87);
  });

  it("changes nothing anywhere else: zero frame, free frames, those of the checkpoint", () => {
    const target = fakeTarget();
    target.memory.writeU8(5 * 4096, 1);
    const own = frameOf(target, 5);
    const bytes = new Uint8Array(target.memory.shared.buffer);
    const before = bytes.slice(target.memory.pageMap.frames);
    for (let frame = 0; frame < target.frames; frame++) {
      if (frame === own) continue;
      expect(wildStore.inject({ frame, offset: 4095, bit: 0 }, target)).toContain("stopped");
    }
    expect(Buffer.compare(bytes.slice(target.memory.pageMap.frames), before)).toBe(0);
  });

  it("refuses frames and bits that there are not", () => {
    const { frames } = fakeTarget();
    const options = { frame: frames - 1, offset: 0, bit: 7 };
    expect(refusalBy(wildStore, options)).toBeUndefined();
    expect(refusalBy(wildStore, { ...options, frame: frames })).toMatchObject({
      code: "XV_ERR_FAULT_FRAME",
      value: String(frames),
      remedy: `Use a frame from 0 to ${frames - 1}.`,
    });
    expect(refusalBy(wildStore, { ...options, width: 2 })?.code).toBe("XV_ERR_FAULT_BITS");
  });
});
