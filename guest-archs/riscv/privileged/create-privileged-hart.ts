// Puts the parts of one hart's privileged architecture together: what the engine plugs in.
//
// The engine keeps the slots current before every call (pc, priv, steps: steps completed before this instruction).
// Privilege changes are not reported as flushes: caches of translations are keyed by the `priv` slot, and
// `flushTranslations` comes when anything else they depend on changes.
// A hart whose `waiting` slot is not 0 executes nothing: the run loop sets the slot back to 0 when `hasWakeup` says so
// (`takeInterrupt` and SBI hart_start do it themselves).
// Nothing architectural lives outside the slots; after they were changed by something else (restore, injected fault)
// call `slotsReplaced`.
import { SLOT } from "../hart-layout.ts";
import { accessCsrHalves, type CsrOperation } from "./csr-file.ts";
import { armSupervisorTimer } from "./csr-interrupts.ts";
import { CAUSE } from "./exception-causes.ts";
import type { HartCore } from "./hart-core.ts";
import { type HartStart, resetHart, startSupervisor } from "./hart-reset.ts";
import type { HartState } from "./hart-state.ts";
import { nextInterrupt, pendingInterrupts, SSIP } from "./interrupts.ts";
import { MSTATUS } from "./mstatus.ts";
import { PageWalk } from "./page-walk.ts";
import { Pmp } from "./pmp.ts";
import type { Access, PrivilegedEnvironment, PrivilegedHart } from "./privileged-hart.ts";
import { callSbi } from "./sbi/call-sbi.ts";
import {
  HART_STOPPED,
  HART_WAITING,
  type SbiEnvironment,
  type SbiHart,
} from "./sbi/sbi-environment.ts";
import {
  returnFromMachine,
  returnFromSupervisor,
  takeException,
  takeInterruptTrap,
} from "./trap.ts";

export interface PrivilegedHartOptions {
  readonly hartId: number;
  readonly state: HartState;
  readonly environment: PrivilegedEnvironment;
  /** Present when the built-in SBI serves S-mode in place of firmware. */
  readonly sbi?: SbiEnvironment;
}

/** What the platform uses of a hart besides the engine's seam. */
export interface RiscvHart extends PrivilegedHart, SbiHart {
  readonly state: HartState;
  /** As in the seam; `bytes` (default 1) are all checked against PMP: give it where `isPageUniform` was false. */
  translate(high: number, low: number, access: Access, bytes?: number): number;
  /** Level of an interrupt line into the hart; `interrupt` is its code: 3 MSI, 7 MTI, 9 SEI, 11 MEI. */
  setLine(interrupt: number, isHigh: boolean): void;
  /** Power-on state; with the built-in SBI, in S-mode and delegated to as firmware would leave it. */
  reset(start: HartStart): void;
  /** The alarm armed by `setSupervisorTimer` fired. */
  supervisorTimerFired(): void;
  /** The slots were restored or changed from outside: decodes PMP again, re-arms the timer, drops translations. */
  slotsReplaced(): void;
}

export function createPrivilegedHart(options: PrivilegedHartOptions): RiscvHart {
  return new Hart(options);
}

class Hart implements RiscvHart {
  readonly state: HartState;
  readonly csrOld: Int32Array = new Int32Array(2);
  readonly #core: HartCore;
  readonly #environment: PrivilegedEnvironment;
  readonly #sbi: SbiEnvironment | undefined;
  readonly #walk: PageWalk;

  constructor({ hartId, state, environment, sbi }: PrivilegedHartOptions) {
    this.state = state;
    this.#environment = environment;
    this.#sbi = sbi;
    this.#core = { hartId, state, environment, pmp: new Pmp(state, environment.pagePermissions) };
    this.#walk = new PageWalk(this.#core);
  }

  translate(high: number, low: number, access: Access, bytes: number = 1): number {
    return this.#walk.translate(high, low, access, bytes);
  }

  get faultCause(): number {
    return this.#walk.faultCause;
  }

  get isPageUniform(): boolean {
    return this.#walk.isPageUniform;
  }

  csr(
    number: number,
    operation: CsrOperation,
    low: number,
    high: number,
    isRead: boolean,
    isWrite: boolean,
  ): boolean {
    const { csrOld } = this;
    return accessCsrHalves(this.#core, number, operation, low, high, isRead, isWrite, csrOld);
  }

  trap(cause: number, tval: bigint): void {
    takeException(this.#core, cause, tval);
  }

  ecall(): boolean {
    const privilege = this.state.privilege;
    if (privilege === 1 && this.#sbi !== undefined) {
      callSbi(this.#core, this.#sbi);
      return true;
    }
    takeException(this.#core, CAUSE.ecallFromU + privilege, 0n);
    return false;
  }

  ebreak(): void {
    takeException(this.#core, CAUSE.breakpoint, 0n);
  }

  mret(): boolean {
    return returnFromMachine(this.#core);
  }

  sret(): boolean {
    return returnFromSupervisor(this.#core);
  }

  sfenceVma(): boolean {
    if (!this.#isPermitted(MSTATUS.TVM)) return false;
    this.fenceTranslations();
    return true;
  }

  wfi(): boolean {
    if (!this.#isPermitted(MSTATUS.TW)) return false;
    if (!this.hasWakeup()) this.state.setLow(SLOT.waiting, HART_WAITING);
    return true;
  }

  takeInterrupt(): boolean {
    if (this.state.low(SLOT.waiting) === HART_STOPPED) return false;
    const interrupt = nextInterrupt(this.#core);
    if (interrupt < 0) return false;
    this.state.setLow(SLOT.waiting, 0);
    takeInterruptTrap(this.#core, interrupt);
    return true;
  }

  hasWakeup(): boolean {
    if (this.state.low(SLOT.waiting) === HART_STOPPED) return false;
    return (pendingInterrupts(this.#core) & this.state.low(SLOT.mie)) !== 0;
  }

  setLine(interrupt: number, isHigh: boolean): void {
    const old = this.state.low(SLOT.lines);
    const lines = isHigh ? old | (1 << interrupt) : old & ~(1 << interrupt);
    if (lines === old) return;
    this.state.setLow(SLOT.lines, lines);
    this.#environment.interruptsChanged();
  }

  reset(start: HartStart): void {
    resetHart(this.#core, start, this.#sbi !== undefined);
    this.slotsReplaced();
  }

  supervisorTimerFired(): void {
    this.#environment.interruptsChanged();
  }

  slotsReplaced(): void {
    this.#core.pmp.refresh();
    armSupervisorTimer(this.#core);
    this.#environment.flushTranslations();
  }

  get waiting(): number {
    return this.state.low(SLOT.waiting);
  }

  raiseSoftwareInterrupt(): void {
    this.state.setLow(SLOT.mip, this.state.low(SLOT.mip) | SSIP);
    this.#environment.interruptsChanged();
  }

  fenceTranslations(): void {
    if (this.#environment.translationsFenced === undefined) this.#environment.flushTranslations();
    else this.#environment.translationsFenced();
  }

  start(pc: bigint, opaque: bigint): void {
    startSupervisor(this.#core, pc, opaque);
    this.#environment.started?.();
    this.slotsReplaced();
  }

  /** Privileged instructions are illegal in U-mode, and in S-mode while mstatus traps them. */
  #isPermitted(trapBit: number): boolean {
    const privilege = this.state.privilege;
    if (privilege === 3) return true;
    return privilege === 1 && (this.state.low(SLOT.mstatus) & trapBit) === 0;
  }
}
