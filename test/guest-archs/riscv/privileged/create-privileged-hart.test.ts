import { describe, expect, it } from "vitest";
import { SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import { createBareHart, FakeSbiMachine, openMemory, RAM, readCsr } from "./fake-machine.ts";

const LOAD = 1;
const TW = 1 << 21;
const TVM = 1 << 20;
const SEI = 9;
const MTI = 7;

describe("A hart after reset", () => {
  it("starts in M-mode at the address given, with arguments in a0 and up", () => {
    const { hart, state } = createBareHart();
    state.set(5, 99n);
    hart.setLine(SEI, true);
    hart.reset({ pc: 0x1000, arguments: [2, 0x8200_0000, 7] });
    expect([state.get(SLOT.pc), state.privilege]).toEqual([0x1000n, 3]);
    expect([5, 10, 11, 12].map((register) => state.get(register))).toEqual([
      0n,
      2n,
      0x8200_0000n,
      7n,
    ]);
    expect(state.low(SLOT.lines)).toBe(1 << SEI);
    expect(state.get(SLOT.reservation)).toBe(0xffff_ffff_ffff_ffffn);
  });
});

describe("Environment calls and breakpoints", () => {
  it("raise the cause of the mode they come from", () => {
    const { hart, state } = createBareHart();
    for (const [privilege, cause] of [
      [0, 8n],
      [1, 9n],
      [3, 11n],
    ] as const) {
      state.privilege = privilege;
      hart.ecall();
      expect(state.get(SLOT.mcause)).toBe(cause);
    }
    hart.ebreak();
    expect([state.get(SLOT.mcause), state.get(SLOT.mtval)]).toEqual([3n, 0n]);
  });
});

describe("WFI", () => {
  it("waits, unless an enabled interrupt pends, whatever the global enables say", () => {
    const { hart, state } = createBareHart();
    expect(hart.wfi()).toBe(true);
    expect(state.low(SLOT.waiting)).toBe(1);
    hart.setLine(MTI, true);
    expect(hart.hasWakeup()).toBe(false);
    state.setLow(SLOT.mie, 1 << MTI);
    expect(hart.hasWakeup()).toBe(true);
    state.setLow(SLOT.waiting, 0);
    hart.wfi();
    expect(state.low(SLOT.waiting)).toBe(0);
    expect(hart.takeInterrupt()).toBe(false);
  });

  it("is illegal in U-mode, and in S-mode under TW", () => {
    const { hart, state } = createBareHart();
    state.privilege = 0;
    expect(hart.wfi()).toBe(false);
    state.privilege = 1;
    expect(hart.wfi()).toBe(true);
    state.setLow(SLOT.mstatus, TW);
    expect(hart.wfi()).toBe(false);
    state.privilege = 3;
    expect(hart.wfi()).toBe(true);
  });

  it("ends by taking the interrupt, which returns past it", () => {
    const { hart, state } = createBareHart();
    state.set(SLOT.pc, 0x2004n);
    state.setLow(SLOT.mie, 1 << MTI);
    state.setLow(SLOT.mstatus, 8);
    hart.wfi();
    hart.setLine(MTI, true);
    expect(hart.takeInterrupt()).toBe(true);
    expect(state.low(SLOT.waiting)).toBe(0);
    expect(state.get(SLOT.mepc)).toBe(0x2004n);
    expect(state.get(SLOT.mcause)).toBe((1n << 63n) | 7n);
  });
});

describe("SFENCE.VMA", () => {
  it("drops translations; illegal in U-mode, and in S-mode under TVM", () => {
    const { hart, state, machine } = createBareHart();
    const before = machine.flushes;
    expect(hart.sfenceVma()).toBe(true);
    expect(machine.flushes).toBe(before + 1);
    state.privilege = 0;
    expect(hart.sfenceVma()).toBe(false);
    state.privilege = 1;
    expect(hart.sfenceVma()).toBe(true);
    state.setLow(SLOT.mstatus, TVM);
    expect(hart.sfenceVma()).toBe(false);
  });
});

describe("Interrupt lines", () => {
  it("tell the run loop about changes of level alone", () => {
    const { hart, machine } = createBareHart();
    const before = machine.interruptChanges;
    hart.setLine(SEI, true);
    hart.setLine(SEI, true);
    hart.setLine(SEI, false);
    expect(machine.interruptChanges).toBe(before + 2);
    hart.supervisorTimerFired();
    expect(machine.interruptChanges).toBe(before + 3);
  });
});

describe("Slots changed from outside", () => {
  it("take effect after slotsReplaced: PMP, timer and translations", () => {
    const { hart, state, machine } = createBareHart();
    state.privilege = 1;
    expect(hart.translate(0, RAM, LOAD)).toBe(-1);
    expect(hart.faultCause).toBe(5);
    openMemory(state);
    state.set(SLOT.menvcfg, 1n << 63n);
    state.set(SLOT.stimecmp, 55n);
    const before = machine.flushes;
    hart.slotsReplaced();
    expect(machine.flushes).toBe(before + 1);
    expect(machine.timer).toBe(55);
    expect(hart.translate(0, RAM, LOAD)).toBe(RAM);
    expect(hart.isPageUniform).toBe(true);
  });
});

describe("A hart under the built-in SBI", () => {
  it("starts in S-mode with memory, counters and the timer open and all traps its own", () => {
    const hart = new FakeSbiMachine(2).existing(0);
    expect(hart.state.privilege).toBe(1);
    expect(hart.translate(0, RAM, LOAD)).toBe(RAM);
    expect(readCsr(hart, 0xc01)).toBe(0n);
    expect(readCsr(hart, 0x14d)).toBe(0xffff_ffff_ffff_ffffn);
    hart.state.set(SLOT.stvec, 0x4000n);
    for (const cause of [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 15]) {
      hart.trap(cause, 0n);
      expect([hart.state.privilege, hart.state.get(SLOT.scause)]).toEqual([1, BigInt(cause)]);
    }
  });

  it("leaves calls from U-mode to the kernel", () => {
    const hart = new FakeSbiMachine(1).existing(0);
    hart.state.privilege = 0;
    hart.ecall();
    expect([hart.state.privilege, hart.state.get(SLOT.scause)]).toEqual([1, 8n]);
  });
});
