import { describe, expect, it } from "vitest";
import { deviceBitFlip } from "../../../plugins/faults/device-bit-flip.ts";
import { fakeTarget, refusalBy, type FakeTarget } from "./fake-target.ts";

function targetWith(flips: string[]): FakeTarget {
  const cell = (
    index: number,
  ): { name: string; bits: number; flip: (b: number, w: number) => string } => ({
    name: `uart0, value ${index}`,
    bits: 8,
    flip: (bit, width) => {
      flips.push(`${index}: ${bit} +${width}`);
      return "1 -> 3";
    },
  });
  return { ...fakeTarget(), device: (id) => (id === "uart0" ? [cell(0), cell(1)] : undefined) };
}

describe("device-bit-flip", () => {
  it("flips a bit of a value, both counted round", () => {
    const flips: string[] = [];
    const options = { device: "uart0", entry: 3, bit: 9, width: 2 };
    expect(deviceBitFlip.inject(options, targetWith(flips))).toBe("uart0, value 1 bit 1: 1 -> 3");
    expect(flips).toEqual(["1: 1 +2"]);
  });

  it("refuses a device that the replica does not have", () => {
    const options = { device: "uart1", entry: 0, bit: 0 };
    expect(refusalBy(deviceBitFlip, options, targetWith([]))).toMatchObject({
      code: "XV_ERR_FAULT_DEVICE",
      value: "uart1",
    });
    expect(
      refusalBy(deviceBitFlip, { ...options, device: "uart0" }, targetWith([])),
    ).toBeUndefined();
    expect(deviceBitFlip.inject(options, targetWith([]))).toBeUndefined();
  });
});
