import { describe, expect, it } from "vitest";
import { SLOT } from "../../../../../guest-archs/riscv/hart-layout.ts";
import { FakeSbiMachine, readCsr } from "../fake-machine.ts";

const TIME = 0x5449_4d45;
const SIP = 0x144;

describe("SBI set_timer", () => {
  it("makes the supervisor timer interrupt pend from the tick on, and clears it before", () => {
    const machine = new FakeSbiMachine(1);
    const hart = machine.existing(0);
    const sip = (): bigint | undefined => readCsr(hart, SIP);
    machine.environment.tick = 50;
    expect(machine.ecall(0, TIME, 0, 50n)).toMatchObject({ error: 0n });
    expect(sip()).toBe(0x20n);
    machine.ecall(0, TIME, 0, 60n);
    expect(machine.environment.timer).toBe(60);
    expect(sip()).toBe(0n);
    machine.environment.tick = 60;
    hart.state.setLow(SLOT.mie, 0x20);
    expect(hart.hasWakeup()).toBe(true);
    machine.ecall(0, TIME, 0, 0xffff_ffff_ffff_ffffn);
    expect([machine.environment.timer, sip()]).toEqual([Infinity, 0n]);
  });
});
