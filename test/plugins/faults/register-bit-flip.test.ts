import { describe, expect, it } from "vitest";
import { registerBitFlip } from "../../../plugins/faults/register-bit-flip.ts";
import { fakeTarget, refusalBy } from "./fake-target.ts";

describe("register-bit-flip", () => {
  it.each([
    ["x1", 3, 0x18n, "x1 bit 3: 0x10 -> 0x18"],
    ["x1", 4, 0n, "x1 bit 4: 0x10 -> 0x0"],
    ["x2", 63, 1n << 63n, "x2 bit 63: 0x0 -> 0x8000000000000000"],
    ["pc", 1, 0x8000_0002n, "pc bit 1: 0x80000000 -> 0x80000002"],
  ])("flips %s bit %i and nothing else", (register, bit, after, told) => {
    const target = fakeTarget();
    const others = new Map(target.registers);
    expect(registerBitFlip.inject({ register, bit }, target)).toBe(told);
    others.set(register, after);
    expect(target.registers).toEqual(others);
    expect(target.stepsTaken()).toBe(0);
  });

  it("flips adjacent bits, as far as the register has some", () => {
    const target = fakeTarget();
    const told = registerBitFlip.inject({ register: "x1", bit: 3, width: 3 }, target);
    expect(told).toBe("x1 bits 3 to 5: 0x10 -> 0x28");
    expect(refusalBy(registerBitFlip, { register: "x1", bit: 60, width: 4 })).toBeUndefined();
    expect(refusalBy(registerBitFlip, { register: "x1", bit: 60, width: 5 })).toMatchObject({
      code: "XV_ERR_FAULT_BITS",
      value: "bit 60, width 5",
      remedy: expect.stringContaining("0 to 63") as string,
    });
  });

  it("restores the register when injected twice", () => {
    const target = fakeTarget();
    for (let times = 0; times < 2; times++) {
      registerBitFlip.inject({ register: "f0", bit: 51 }, target);
    }
    expect(target.registers.get("f0")).toBe(0x7ff8_0000_0000_0000n);
  });

  it("accepts the registers there are", () => {
    for (const register of ["x1", "x2", "f0", "pc"]) {
      expect(refusalBy(registerBitFlip, { register, bit: 0 })).toBeUndefined();
    }
  });

  it("refuses another name and says which ones there are", () => {
    const error = refusalBy(registerBitFlip, { register: "x99", bit: 0 });
    expect(error).toMatchObject({ code: "XV_ERR_FAULT_UNKNOWN_REGISTER", value: "x99" });
    expect(error?.remedy).toContain("x1");
    expect(error?.remedy).toContain("pc");
  });
});
