import { describe, expect, it } from "vitest";
import { FakeSbiMachine } from "../fake-machine.ts";

const RFENCE = 0x5246_4e43;
const ALL = 0xffff_ffff_ffff_ffffn;

describe("SBI remote fences", () => {
  it("fence instructions on each hart", () => {
    const machine = new FakeSbiMachine(3);
    expect(machine.ecall(0, RFENCE, 0, 0n, ALL).error).toBe(0n);
    expect(machine.instructionFences).toEqual([0, 1, 2]);
  });

  it("drop translations with and without ASID, once a hart", () => {
    const machine = new FakeSbiMachine(3);
    for (const functionId of [1, 2]) {
      const before = machine.environment.flushes;
      expect(machine.ecall(0, RFENCE, functionId, 0b110n, 0n, 0x1000n, 0x1000n, 3n).error).toBe(0n);
      expect(machine.environment.flushes).toBe(before + 2);
    }
    expect(machine.instructionFences).toEqual([]);
  });

  it("refuse missing harts and the hypervisor's fences", () => {
    const machine = new FakeSbiMachine(1);
    expect(machine.ecall(0, RFENCE, 1, 2n, 0n).error).toBe(-3n);
    expect(machine.ecall(0, RFENCE, 3, 1n, 0n).error).toBe(-2n);
  });
});
