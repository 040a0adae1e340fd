// State of a hart at power-on (Privileged ISA 1.12, 3.4), and what firmware would have set up before S-mode starts
// where the built-in SBI takes its place.
import { SLOT } from "../hart-layout.ts";
import { STCE } from "./csr-environment.ts";
import type { HartCore } from "./hart-core.ts";
import { SUPERVISOR_INTERRUPTS } from "./interrupts.ts";
import { PMP } from "./pmp.ts";
import { HART_STOPPED } from "./sbi/sbi-environment.ts";

export interface HartStart {
  /** First instruction, guest-physical. */
  readonly pc: number;
  /** Initial a0, a1 and a2: hart id, device tree and firmware's own argument. */
  readonly arguments?: readonly number[];
  /** With the built-in SBI: waits for `hart_start`. */
  readonly isStopped?: boolean;
}

const A0 = 10;
/** Every delegable exception: there is no M-mode software to redirect them. */
const SBI_MEDELEG = 0xb1ffn;
const NO_RESERVATION = 0xffff_ffff_ffff_ffffn;
const NEVER = 0xffff_ffff_ffff_ffffn;

export function resetHart(core: HartCore, start: HartStart, isSbiBuiltIn: boolean): void {
  const { state } = core;
  // Levels of lines belong to their devices.
  const lines = state.get(SLOT.lines);
  state.clear();
  state.set(SLOT.lines, lines);
  state.privilege = 3;
  state.set(SLOT.pc, BigInt(start.pc));
  state.set(SLOT.reservation, NO_RESERVATION);
  state.set(SLOT.stimecmp, NEVER);
  start.arguments?.forEach((value, index) => state.set(SLOT.x + A0 + index, BigInt(value)));
  if (isSbiBuiltIn) prepareSupervisor(core, start.isStopped === true);
}

/** SBI hart_start (RISC-V SBI 2.0, table 9.1): a fresh S-mode hart at `pc`; counters and lines go on. */
export function startSupervisor(core: HartCore, pc: bigint, opaque: bigint): void {
  const { state, hartId } = core;
  const steps = state.get(SLOT.steps);
  resetHart(core, { pc: 0 }, true);
  state.set(SLOT.steps, steps);
  state.set(SLOT.pc, pc);
  state.set(SLOT.x + A0, BigInt(hartId));
  state.set(SLOT.x + A0 + 1, opaque);
}

function prepareSupervisor({ state }: HartCore, isStopped: boolean): void {
  state.privilege = 1;
  state.set(SLOT.medeleg, SBI_MEDELEG);
  state.set(SLOT.mideleg, BigInt(SUPERVISOR_INTERRUPTS));
  state.set(SLOT.mcounteren, 0xffff_ffffn);
  state.set(SLOT.menvcfg, STCE);
  // One entry opens all memory to S and U.
  state.set(SLOT.pmpcfg0, BigInt(PMP.NAPOT | PMP.R | PMP.W | PMP.X));
  state.set(SLOT.pmpaddr, (1n << 54n) - 1n);
  if (isStopped) state.setLow(SLOT.waiting, HART_STOPPED);
}
