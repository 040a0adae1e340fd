// Interrupt bits, pending set and priorities (Privileged ISA 1.12, 3.1.9 and 4.1.3; Sstc).
import { SLOT } from "../hart-layout.ts";
import type { HartCore } from "./hart-core.ts";
import { MSTATUS } from "./mstatus.ts";

/** Interrupt codes; bit n of mip and mie. */
const IRQ = { SSI: 1, MSI: 3, STI: 5, MTI: 7, SEI: 9, MEI: 11 } as const;

export const SSIP: number = 1 << IRQ.SSI;
const MSIP = 1 << IRQ.MSI;
export const STIP: number = 1 << IRQ.STI;
const MTIP = 1 << IRQ.MTI;
export const SEIP: number = 1 << IRQ.SEI;
const MEIP = 1 << IRQ.MEI;

export const SUPERVISOR_INTERRUPTS: number = SSIP | STIP | SEIP;
export const ALL_INTERRUPTS: number = SUPERVISOR_INTERRUPTS | MSIP | MTIP | MEIP;

/** Highest first (3.1.9). */
const PRIORITY: readonly number[] = [IRQ.MEI, IRQ.MSI, IRQ.MTI, IRQ.SEI, IRQ.SSI, IRQ.STI];

/** Bit 31 of menvcfg's high half: STCE. */
const STCE_HIGH = 0x8000_0000;
/** High half of the first tick that is no longer a safe integer. */
const UNSAFE_HIGH = 0x20_0000;

/** menvcfg.STCE: stimecmp exists for S-mode and drives STIP. */
export function hasSupervisorTimer(core: HartCore): boolean {
  return (core.state.high(SLOT.menvcfg) & STCE_HIGH) !== 0;
}

/** The tick in stimecmp; Infinity for one that virtual time never reaches. */
export function supervisorTimerTick(core: HartCore): number {
  const high = core.state.high(SLOT.stimecmp);
  return high >= UNSAFE_HIGH ? Infinity : high * 0x1_0000_0000 + core.state.low(SLOT.stimecmp);
}

/** mip as software reads it: software bits, line levels and the comparison with stimecmp. */
export function pendingInterrupts(core: HartCore): number {
  const { state } = core;
  const pending = (state.low(SLOT.mip) | state.low(SLOT.lines)) & ALL_INTERRUPTS;
  if (!hasSupervisorTimer(core)) return pending;
  const isDue = core.environment.now() >= supervisorTimerTick(core);
  return isDue ? pending | STIP : pending & ~STIP;
}

/** The interrupt to take now, or -1. M-level interrupts come before S-level ones. */
export function nextInterrupt(core: HartCore): number {
  const { state } = core;
  const enabled = state.low(SLOT.mie);
  if (enabled === 0) return -1;
  const pending = pendingInterrupts(core) & enabled;
  if (pending === 0) return -1;
  const privilege = state.privilege;
  const status = state.low(SLOT.mstatus);
  const delegated = state.low(SLOT.mideleg) & SUPERVISOR_INTERRUPTS;
  const isMachineOpen = privilege < 3 || (status & MSTATUS.MIE) !== 0;
  if (isMachineOpen && (pending & ~delegated) !== 0) return highest(pending & ~delegated);
  const isSupervisorOpen = privilege < 1 || (privilege === 1 && (status & MSTATUS.SIE) !== 0);
  if (isSupervisorOpen && (pending & delegated) !== 0) return highest(pending & delegated);
  return -1;
}

function highest(pending: number): number {
  for (const code of PRIORITY) {
    if ((pending & (1 << code)) !== 0) return code;
  }
  return -1;
}
