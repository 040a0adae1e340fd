import { describe, expect, it } from "vitest";
import { SLOT } from "../../../../../guest-archs/riscv/hart-layout.ts";
import { FakeSbiMachine, RAM } from "../fake-machine.ts";

const HSM = 0x48_534d;
const START = 0;
const STOP = 1;
const STATUS = 2;
const SUSPEND = 3;

function statuses(machine: FakeSbiMachine): bigint[] {
  return Array.from(
    { length: machine.harts },
    (_, hart) => machine.ecall(0, HSM, STATUS, BigInt(hart)).value,
  );
}

describe("SBI hart state management", () => {
  it("finds hart 0 started and the others stopped", () => {
    const machine = new FakeSbiMachine(3);
    expect(statuses(machine)).toEqual([0n, 1n, 1n]);
    expect(machine.existing(1).hasWakeup()).toBe(false);
    expect(machine.ecall(0, HSM, STATUS, 3n).error).toBe(-3n);
    expect(machine.ecall(0, HSM, STATUS, 0xffff_ffff_ffff_ffffn).error).toBe(-3n);
  });

  it("starts a hart in S-mode with its id and the caller's word", () => {
    const machine = new FakeSbiMachine(2);
    const { state } = machine.existing(1);
    state.set(SLOT.satp, 8n << 60n);
    state.set(SLOT.steps, 77n);
    state.setLow(SLOT.mstatus, 2);
    const answer = machine.ecall(0, HSM, START, 1n, BigInt(RAM + 0x1000), 0xabcn);
    expect(answer.error).toBe(0n);
    expect(statuses(machine)).toEqual([0n, 0n]);
    expect([state.get(SLOT.pc), state.get(10), state.get(11)]).toEqual([
      BigInt(RAM + 0x1000),
      1n,
      0xabcn,
    ]);
    expect([state.privilege, state.get(SLOT.satp), state.low(SLOT.mstatus)]).toEqual([1, 0n, 0]);
    expect(state.get(SLOT.steps)).toBe(77n);
  });

  it("refuses harts that run or do not exist, and addresses that are no RAM or odd", () => {
    const machine = new FakeSbiMachine(2);
    expect(machine.ecall(0, HSM, START, 0n, BigInt(RAM), 0n).error).toBe(-6n);
    expect(machine.ecall(0, HSM, START, 2n, BigInt(RAM), 0n).error).toBe(-3n);
    expect(machine.ecall(0, HSM, START, 1n << 32n, BigInt(RAM), 0n).error).toBe(-3n);
    expect(machine.ecall(0, HSM, START, 1n, 0x1000n, 0n).error).toBe(-5n);
    expect(machine.ecall(0, HSM, START, 1n, 1n << 63n, 0n).error).toBe(-5n);
    expect(machine.ecall(0, HSM, START, 1n, BigInt(RAM) + 1n, 0n).error).toBe(-5n);
    expect(statuses(machine)).toEqual([0n, 1n]);
  });

  it("stops the caller for good: no interrupt wakes it", () => {
    const machine = new FakeSbiMachine(2);
    machine.ecall(0, HSM, START, 1n, BigInt(RAM), 0n);
    const hart = machine.existing(1);
    machine.ecall(1, HSM, STOP);
    hart.state.setLow(SLOT.mie, 0x222);
    hart.state.setLow(SLOT.mstatus, 2);
    hart.raiseSoftwareInterrupt();
    expect([hart.hasWakeup(), hart.takeInterrupt()]).toEqual([false, false]);
    expect(statuses(machine)).toEqual([0n, 1n]);
    expect(machine.ecall(0, HSM, START, 1n, BigInt(RAM), 0n).error).toBe(0n);
    expect(hart.state.low(SLOT.mip)).toBe(0);
  });

  it("suspends retentively as WFI does, and offers nothing deeper", () => {
    const machine = new FakeSbiMachine(1);
    const { state } = machine.existing(0);
    expect(machine.ecall(0, HSM, SUSPEND, 0n).error).toBe(0n);
    expect(state.low(SLOT.waiting)).toBe(1);
    state.setLow(SLOT.waiting, 0);
    state.setLow(SLOT.mie, 2);
    machine.existing(0).raiseSoftwareInterrupt();
    machine.ecall(0, HSM, SUSPEND, 0n);
    expect(state.low(SLOT.waiting)).toBe(0);
    expect(machine.ecall(0, HSM, SUSPEND, 0x8000_0000n).error).toBe(-2n);
  });
});
