import { describe, expect, it } from "vitest";
import { SLOT } from "../../../../../guest-archs/riscv/hart-layout.ts";
import { FakeSbiMachine } from "../fake-machine.ts";

const IPI = 0x73_5049;

describe("SBI send_ipi", () => {
  it("raises the supervisor software interrupt of the harts named, and of no other", () => {
    const machine = new FakeSbiMachine(3);
    expect(machine.ecall(0, IPI, 0, 0b101n, 0n).error).toBe(0n);
    expect([0, 1, 2].map((hart) => machine.existing(hart).state.low(SLOT.mip))).toEqual([2, 0, 2]);
    expect(machine.ecall(0, IPI, 0, 0b1000n, 0n).error).toBe(-3n);
  });
});
