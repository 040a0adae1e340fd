import { describe, expect, it } from "vitest";
import { SLOT } from "../../../../../guest-archs/riscv/hart-layout.ts";
import { FakeSbiMachine } from "../fake-machine.ts";

describe("An SBI call", () => {
  it("answers in a0 and a1, keeps every other register and continues after the ECALL", () => {
    const machine = new FakeSbiMachine(1);
    const { state } = machine.existing(0);
    for (let register = 1; register < 32; register++) state.set(register, BigInt(register));
    state.set(SLOT.pc, 0x8000_0ffcn);
    machine.ecall(0, 0x10, 0);
    expect(state.get(SLOT.pc)).toBe(0x8000_1000n);
    expect([state.get(10), state.get(11)]).toEqual([0n, 0x0200_0000n]);
    const kept = Array.from({ length: 32 }, (_, register) => register).filter(
      (register) => ![10, 11, 16, 17].includes(register),
    );
    expect(kept.map((register) => state.get(register))).toEqual(kept.map(BigInt));
    expect(state.privilege).toBe(1);
  });

  it("to an unknown extension or function is not supported", () => {
    const machine = new FakeSbiMachine(1);
    expect(machine.ecall(0, 0x0a00_0000, 0).error).toBe(-2n);
    const ids = [0x10, 0x5449_4d45, 0x73_5049, 0x5246_4e43, 0x48_534d, 0x5352_5354, 0x4442_434e];
    for (const id of ids) expect(machine.ecall(0, id, 77, 0n, 0n).error).toBe(-2n);
  });
});
