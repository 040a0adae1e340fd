import { beforeEach, describe, expect, it } from "vitest";
import { SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import {
  returnFromMachine,
  returnFromSupervisor,
  takeException,
  takeInterruptTrap,
} from "../../../../guest-archs/riscv/privileged/trap.ts";
import { createCore } from "./fake-machine.ts";

const SIE = 1 << 1;
const MIE = 1 << 3;
const SPIE = 1 << 5;
const MPIE = 1 << 7;
const SPP = 1 << 8;
const MPP_S = 1 << 11;
const MPP_M = 3 << 11;
const MPRV = 1 << 17;
const TSR = 1 << 22;
const INTERRUPT = 1n << 63n;

let core: ReturnType<typeof createCore>;

beforeEach(() => {
  core = createCore();
  core.state.set(SLOT.pc, 0xffff_ffff_8000_1234n);
  core.state.set(SLOT.mtvec, 0x8000_0100n);
  core.state.set(SLOT.stvec, 0xffff_ffff_8000_0200n);
});

function get(slot: number): bigint {
  return core.state.get(slot);
}

describe("Exceptions", () => {
  it("enter M-mode with cause, value, address and stacked status", () => {
    core.state.privilege = 1;
    core.state.setLow(SLOT.mstatus, MIE | SIE);
    takeException(core, 13, 0xdead_beefn);
    expect([get(SLOT.mcause), get(SLOT.mtval), get(SLOT.mepc)]).toEqual([
      13n,
      0xdead_beefn,
      0xffff_ffff_8000_1234n,
    ]);
    expect(core.state.privilege).toBe(3);
    expect(core.state.low(SLOT.mstatus)).toBe(MPIE | SIE | MPP_S);
    expect(get(SLOT.pc)).toBe(0x8000_0100n);
  });

  it("enter S-mode when delegated from S and U, never from M", () => {
    core.state.set(SLOT.medeleg, 0xb3ffn);
    for (const [from, spp] of [
      [0, 0],
      [1, SPP],
    ] as const) {
      core.state.privilege = from;
      core.state.set(SLOT.pc, 0x1000n);
      core.state.setLow(SLOT.mstatus, SIE | MIE);
      takeException(core, 12, 0x77n);
      expect([get(SLOT.scause), get(SLOT.stval), get(SLOT.sepc)]).toEqual([12n, 0x77n, 0x1000n]);
      expect(core.state.privilege).toBe(1);
      expect(core.state.low(SLOT.mstatus)).toBe(SPIE | MIE | spp);
      expect(get(SLOT.pc)).toBe(0xffff_ffff_8000_0200n);
    }
    core.state.privilege = 3;
    takeException(core, 12, 0n);
    expect(core.state.privilege).toBe(3);
    expect(core.state.low(SLOT.mstatus) & MPP_M).toBe(MPP_M);
  });

  it("ignore vectored mode", () => {
    core.state.set(SLOT.mtvec, 0x8000_0101n);
    takeException(core, 2, 0n);
    expect(get(SLOT.pc)).toBe(0x8000_0100n);
  });
});

describe("Interrupts", () => {
  it("mark the cause and go to their vector, also across 4 GiB", () => {
    core.state.privilege = 1;
    core.state.setLow(SLOT.mideleg, 0x222);
    core.state.set(SLOT.stvec, 0xffff_fffe_ffff_fff1n);
    takeInterruptTrap(core, 9);
    expect(get(SLOT.scause)).toBe(INTERRUPT | 9n);
    expect(get(SLOT.stval)).toBe(0n);
    expect(get(SLOT.pc)).toBe(0xffff_ffff_0000_0014n);
    core.state.privilege = 1;
    core.state.set(SLOT.stvec, 0xffff_fffe_ffff_ffddn);
    takeInterruptTrap(core, 9);
    expect(get(SLOT.pc)).toBe(0xffff_ffff_0000_0000n);
  });

  it("all go to the base in direct mode", () => {
    takeInterruptTrap(core, 7);
    expect(get(SLOT.pc)).toBe(0x8000_0100n);
  });
});

describe("Machine interrupts", () => {
  it("stay in M-mode whatever a damaged mideleg says", () => {
    core.state.privilege = 1;
    core.state.set(SLOT.mideleg, 0xfffn);
    takeInterruptTrap(core, 7);
    expect([core.state.privilege, get(SLOT.mcause)]).toEqual([3, INTERRUPT | 7n]);
  });
});

describe("MRET", () => {
  it("restores privilege and interrupt enable, and leaves MPRV only towards M", () => {
    core.state.set(SLOT.mepc, 0x4001n);
    core.state.setLow(SLOT.mstatus, MPIE | MPP_S | MPRV);
    expect(returnFromMachine(core)).toBe(true);
    expect(core.state.privilege).toBe(1);
    expect(core.state.low(SLOT.mstatus)).toBe(MIE | MPIE);
    expect(get(SLOT.pc)).toBe(0x4000n);
    core.state.privilege = 3;
    core.state.setLow(SLOT.mstatus, MPP_M | MPRV);
    returnFromMachine(core);
    expect(core.state.privilege).toBe(3);
    expect(core.state.low(SLOT.mstatus)).toBe(MPRV | MPIE);
  });

  it("is illegal below M", () => {
    core.state.privilege = 1;
    expect(returnFromMachine(core)).toBe(false);
    expect(get(SLOT.pc)).toBe(0xffff_ffff_8000_1234n);
  });
});

describe("SRET", () => {
  it("restores privilege and interrupt enable and clears MPRV", () => {
    core.state.set(SLOT.sepc, 0x5000n);
    core.state.setLow(SLOT.mstatus, SPP | SPIE | MPRV);
    expect(returnFromSupervisor(core)).toBe(true);
    expect(core.state.privilege).toBe(1);
    expect(core.state.low(SLOT.mstatus)).toBe(SIE | SPIE);
    expect(get(SLOT.pc)).toBe(0x5000n);
    returnFromSupervisor(core);
    expect(core.state.privilege).toBe(0);
  });

  it("is illegal in U-mode, and in S-mode under TSR", () => {
    core.state.privilege = 0;
    expect(returnFromSupervisor(core)).toBe(false);
    core.state.privilege = 1;
    core.state.setLow(SLOT.mstatus, TSR);
    expect(returnFromSupervisor(core)).toBe(false);
    core.state.privilege = 3;
    expect(returnFromSupervisor(core)).toBe(true);
  });
});

describe("Trap and return", () => {
  it("are inverse for privilege and enables", () => {
    for (const privilege of [0, 1, 3]) {
      for (const enabled of [0, MIE]) {
        core.state.privilege = privilege;
        core.state.setLow(SLOT.mstatus, enabled);
        core.state.set(SLOT.pc, 0x9000n);
        takeException(core, 2, 0n);
        returnFromMachine(core);
        expect(core.state.privilege).toBe(privilege);
        expect(core.state.low(SLOT.mstatus) & MIE).toBe(enabled);
        expect(get(SLOT.pc)).toBe(0x9000n);
      }
    }
  });
});
