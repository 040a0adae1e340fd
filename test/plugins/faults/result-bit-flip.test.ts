import { describe, expect, it } from "vitest";
import { resultBitFlip } from "../../../plugins/faults/result-bit-flip.ts";
import { fakeTarget, refusalBy } from "./fake-target.ts";

describe("result-bit-flip", () => {
  it("flips a bit in what the next instruction wrote", () => {
    const target = fakeTarget(["x1"]);
    expect(resultBitFlip.inject({ bit: 0 }, target)).toBe("result in x1 bit 0: 0x10 -> 0x11");
    expect(target.stepsTaken()).toBe(1);
  });

  it("passes over instructions without a result", () => {
    const target = fakeTarget([undefined, undefined, "x2", "x1"]);
    expect(resultBitFlip.inject({ bit: 5 }, target)).toBe("result in x2 bit 5: 0x0 -> 0x20");
    expect(target.registers.get("x1")).toBe(0x10n);
    expect(target.stepsTaken()).toBe(3);
  });

  it("flips adjacent bits, as far as a result has some", () => {
    const target = fakeTarget(["x1"]);
    expect(resultBitFlip.inject({ bit: 0, width: 4 }, target)).toContain("0x10 -> 0x1f");
    expect(refusalBy(resultBitFlip, { bit: 63 })).toBeUndefined();
    expect(refusalBy(resultBitFlip, { bit: 63, width: 2 })?.code).toBe("XV_ERR_FAULT_BITS");
  });

  it("gives up after a bounded number of them", () => {
    const target = fakeTarget();
    const before = new Map(target.registers);
    expect(resultBitFlip.inject({ bit: 0 }, target)).toBeUndefined();
    expect(target.registers).toEqual(before);
    expect(target.stepsTaken()).toBe(64);
  });
});
