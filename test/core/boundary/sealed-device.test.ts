import { describe, expect, it, vi } from "vitest";
import { SealedDevice } from "../../../core/boundary/sealed-device.ts";
import { BinaryStateWriter } from "../../../core/machine/state-codec.ts";
import type { Device, InterruptLine } from "../../../core/index.ts";

class Counter implements Device {
  count = 0;
  read = (): number => this.count;
  write(_offset: number, _size: number, value: number): void {
    this.count = value;
  }
  save: Device["save"] = (writer) => writer.u32(this.count);
  restore: Device["restore"] = (reader) => {
    this.count = reader.u32();
  };
}

const sealedOf = (counter: Counter, isSealed: boolean): SealedDevice =>
  new SealedDevice(
    "counter",
    () => counter,
    isSealed,
    () => {},
  );

describe("a sealed device", () => {
  it("tells when its interrupt line changes, not when it is put back", () => {
    const lines: boolean[] = [];
    let line: InterruptLine = { set: () => {} };
    const counter = new Counter();
    const sealed = new SealedDevice(
      "counter",
      (interrupt) => {
        line = interrupt;
        return counter;
      },
      true,
      (isHigh) => lines.push(isHigh),
    );
    for (const level of [false, true, true]) line.set(level);
    expect(lines).toEqual([true]);
    expect(sealed.check()).toBe(true);
    line.set(false);
    expect(lines).toEqual([true]);
  });

  it("keeps what was done before it was sealed", () => {
    const counter = new Counter();
    const sealed = sealedOf(counter, true);
    counter.count = 5;
    sealed.seal();
    expect(sealed.check()).toBe(false);
    counter.count = 6;
    sealed.undo();
    expect(counter.count).toBe(5);
  });

  it("puts back what was changed from outside, and says so", () => {
    const counter = new Counter();
    const sealed = sealedOf(counter, true);
    counter.count = 1 << 9;
    expect(sealed.check()).toBe(true);
    expect(counter.count).toBe(0);
    expect(sealed.check()).toBe(false);
  });

  it("without a seal takes what it finds", () => {
    const counter = new Counter();
    const sealed = sealedOf(counter, false);
    counter.count = 8;
    expect(sealed.check()).toBe(false);
    expect(counter.count).toBe(8);
  });

  it("gives up when state and copy both changed", () => {
    const finish = vi.spyOn(BinaryStateWriter.prototype, "finish");
    const counter = new Counter();
    const sealed = sealedOf(counter, true);
    const copy = finish.mock.results[0]?.value as Uint8Array;
    finish.mockRestore();
    copy[16] = 77;
    counter.count = 3;
    expect(() => sealed.check()).toThrow(
      expect.objectContaining({ code: "XV_ERR_BOUNDARY_DEVICE", place: "device counter" }),
    );
  });
});
