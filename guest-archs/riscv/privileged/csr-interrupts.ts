// Interrupt enables, pending bits and delegation (Privileged ISA 1.12, 3.1.8, 3.1.9, 4.1.3; Sstc for stimecmp).
import { SLOT } from "../hart-layout.ts";
import { type CsrRow, slotRow } from "./csr-row.ts";
import { DELEGABLE } from "./exception-causes.ts";
import type { HartCore } from "./hart-core.ts";
import {
  ALL_INTERRUPTS,
  hasSupervisorTimer,
  pendingInterrupts,
  SEIP,
  SSIP,
  STIP,
  SUPERVISOR_INTERRUPTS,
  supervisorTimerTick,
} from "./interrupts.ts";

/** Bit 1, TM: the time counter, and with it stimecmp. */
const TM = 2;

function delegated(core: HartCore): number {
  return core.state.low(SLOT.mideleg) & SUPERVISOR_INTERRUPTS;
}

/** Replaces the bits of `mask` in a slot and makes the run loop look for interrupts. */
function replace(core: HartCore, slot: number, value: bigint, mask: number): void {
  const bits = Number(value & 0xffff_ffffn);
  core.state.setLow(slot, (core.state.low(slot) & ~mask) | (bits & mask));
  core.environment.interruptsChanged();
}

/** Software bits of mip; STIP belongs to the comparator while STCE is set. */
function writableInMip(core: HartCore): number {
  return SSIP | SEIP | (hasSupervisorTimer(core) ? 0 : STIP);
}

/** Arms the comparator for the tick in stimecmp, or disarms it while STCE is clear. */
export function armSupervisorTimer(core: HartCore): void {
  const tick = hasSupervisorTimer(core) ? supervisorTimerTick(core) : Infinity;
  core.environment.setSupervisorTimer(tick);
  core.environment.interruptsChanged();
}

export const INTERRUPT_ROWS: readonly CsrRow[] = [
  slotRow(0x302, "medeleg", SLOT.medeleg, DELEGABLE),
  {
    number: 0x303,
    name: "mideleg",
    read: (core) => BigInt(delegated(core)),
    write: (core, value) => replace(core, SLOT.mideleg, value, SUPERVISOR_INTERRUPTS),
  },
  {
    number: 0x304,
    name: "mie",
    read: (core) => BigInt(core.state.low(SLOT.mie) & ALL_INTERRUPTS),
    write: (core, value) => replace(core, SLOT.mie, value, ALL_INTERRUPTS),
  },
  {
    number: 0x344,
    name: "mip",
    read: (core) => BigInt(pendingInterrupts(core)),
    // SEIP reads as software bit OR line, but a set or clear must not latch the line into the software bit.
    readForModify: (core) =>
      BigInt((pendingInterrupts(core) & ~SEIP) | (core.state.low(SLOT.mip) & SEIP)),
    write: (core, value) => replace(core, SLOT.mip, value, writableInMip(core)),
  },
  {
    number: 0x104,
    name: "sie",
    read: (core) => BigInt(core.state.low(SLOT.mie) & delegated(core)),
    write: (core, value) => replace(core, SLOT.mie, value, delegated(core)),
  },
  {
    number: 0x144,
    name: "sip",
    read: (core) => BigInt(pendingInterrupts(core) & delegated(core)),
    write: (core, value) => replace(core, SLOT.mip, value, SSIP & delegated(core)),
  },
  {
    number: 0x14d,
    name: "stimecmp",
    read: (core) => core.state.get(SLOT.stimecmp),
    isAccessible: (core) =>
      core.state.privilege === 3 ||
      (hasSupervisorTimer(core) && (core.state.low(SLOT.mcounteren) & TM) !== 0),
    write: (core, value) => {
      core.state.set(SLOT.stimecmp, value);
      armSupervisorTimer(core);
    },
    halves: {
      low: ({ state }) => state.low(SLOT.stimecmp),
      high: ({ state }) => state.high(SLOT.stimecmp),
      write: (core, low, high) => {
        core.state.words[SLOT.stimecmp * 2] = low;
        core.state.words[SLOT.stimecmp * 2 + 1] = high;
        armSupervisorTimer(core);
      },
    },
  },
];
