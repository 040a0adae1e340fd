// Taking traps and returning from them (Privileged ISA 1.12, 3.1.6.1, 3.1.7, 3.1.8, 3.3.2, 4.1.2).
import { SLOT } from "../hart-layout.ts";
import { writeStatus } from "./csr-status.ts";
import type { HartCore } from "./hart-core.ts";
import type { HartState } from "./hart-state.ts";
import { SUPERVISOR_INTERRUPTS } from "./interrupts.ts";
import { MPP_SHIFT, MSTATUS } from "./mstatus.ts";

const TWO_32 = 0x1_0000_0000;
const INTERRUPT_HIGH = 0x8000_0000;

/** Slots that one privilege level's trap uses. */
interface TrapSlots {
  readonly epc: number;
  readonly cause: number;
  readonly tval: number;
  readonly tvec: number;
}

const MACHINE: TrapSlots = {
  epc: SLOT.mepc,
  cause: SLOT.mcause,
  tval: SLOT.mtval,
  tvec: SLOT.mtvec,
};
const SUPERVISOR: TrapSlots = {
  epc: SLOT.sepc,
  cause: SLOT.scause,
  tval: SLOT.stval,
  tvec: SLOT.stvec,
};

/** Enters the handler of an exception; the pc slot holds the address of the instruction that caused it. */
export function takeException(core: HartCore, cause: number, tval: bigint): void {
  enter(core, cause, false, tval, core.state.low(SLOT.medeleg));
}

/** Enters the handler of an interrupt; the pc slot holds the address of the next instruction. */
export function takeInterruptTrap(core: HartCore, cause: number): void {
  enter(core, cause, true, 0n, core.state.low(SLOT.mideleg) & SUPERVISOR_INTERRUPTS);
}

function enter(
  core: HartCore,
  cause: number,
  isInterrupt: boolean,
  tval: bigint,
  delegation: number,
): void {
  const { state } = core;
  const from = state.privilege;
  const isDelegated = from < 3 && ((delegation >>> cause) & 1) !== 0;
  const slots = isDelegated ? SUPERVISOR : MACHINE;
  state.copy(SLOT.pc, slots.epc);
  state.words[slots.cause * 2] = cause;
  state.words[slots.cause * 2 + 1] = isInterrupt ? INTERRUPT_HIGH : 0;
  state.set(slots.tval, tval);
  const status = state.low(SLOT.mstatus);
  writeStatus(core, isDelegated ? supervisorEntry(status, from) : machineEntry(status, from));
  state.privilege = isDelegated ? 1 : 3;
  jumpToVector(state, slots.tvec, isInterrupt ? cause : 0);
}

/** SPIE = SIE, SIE = 0, SPP = the mode left. */
function supervisorEntry(status: number, from: number): number {
  let next = status & ~(MSTATUS.SPIE | MSTATUS.SIE | MSTATUS.SPP);
  if ((status & MSTATUS.SIE) !== 0) next |= MSTATUS.SPIE;
  if (from === 1) next |= MSTATUS.SPP;
  return next >>> 0;
}

/** MPIE = MIE, MIE = 0, MPP = the mode left. */
function machineEntry(status: number, from: number): number {
  let next = status & ~(MSTATUS.MPIE | MSTATUS.MIE | MSTATUS.MPP);
  if ((status & MSTATUS.MIE) !== 0) next |= MSTATUS.MPIE;
  return (next | (from << MPP_SHIFT)) >>> 0;
}

/** pc = BASE, plus 4 x cause for interrupts in vectored mode. */
function jumpToVector(state: HartState, tvec: number, interrupt: number): void {
  const low = state.low(tvec);
  const isVectored = (low & 1) !== 0;
  const target = (low & ~3) >>> 0;
  const sum = target + (isVectored ? 4 * interrupt : 0);
  state.words[SLOT.pc * 2] = sum;
  state.words[SLOT.pc * 2 + 1] = state.high(tvec) + (sum >= TWO_32 ? 1 : 0);
}

/** MRET. @returns false when it is illegal at this privilege. */
export function returnFromMachine(core: HartCore): boolean {
  const { state } = core;
  if (state.privilege !== 3) return false;
  const status = state.low(SLOT.mstatus);
  const previous = (status & MSTATUS.MPP) >>> MPP_SHIFT;
  // MPP = 2 can only come from outside the architecture (a fault in the register): the least privileged mode.
  const to = previous === 2 ? 0 : previous;
  let next = (status & ~(MSTATUS.MIE | MSTATUS.MPP)) | MSTATUS.MPIE;
  if ((status & MSTATUS.MPIE) !== 0) next |= MSTATUS.MIE;
  if (to !== 3) next &= ~MSTATUS.MPRV;
  leave(core, SLOT.mepc, next >>> 0, to);
  return true;
}

/** SRET. @returns false when it is illegal: in U-mode, or in S-mode with TSR. */
export function returnFromSupervisor(core: HartCore): boolean {
  const { state } = core;
  const status = state.low(SLOT.mstatus);
  const privilege = state.privilege;
  if (privilege === 0 || (privilege === 1 && (status & MSTATUS.TSR) !== 0)) return false;
  let next = (status & ~(MSTATUS.SIE | MSTATUS.SPP | MSTATUS.MPRV)) | MSTATUS.SPIE;
  if ((status & MSTATUS.SPIE) !== 0) next |= MSTATUS.SIE;
  leave(core, SLOT.sepc, next >>> 0, (status & MSTATUS.SPP) === 0 ? 0 : 1);
  return true;
}

function leave(core: HartCore, epc: number, status: number, to: number): void {
  const { state, environment } = core;
  writeStatus(core, status);
  state.privilege = to;
  state.copy(epc, SLOT.pc);
  state.setLow(SLOT.pc, state.low(SLOT.pc) & ~1);
  // A lower privilege may open interrupts that the old one masked.
  environment.interruptsChanged();
}
