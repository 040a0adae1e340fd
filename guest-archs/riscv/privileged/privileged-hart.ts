// The seam between the engine (generated code) and the privileged architecture (TypeScript):
// what happens on a TLB miss, a CSR instruction, a trap, a return. One object per hart, over the hart's slots.
import type { PagePermissions } from "./pmp-pages.ts";

/** Access types, in the order of the page-fault causes 12, 13, 15. */
export const ACCESS = { fetch: 0, load: 1, store: 2 } as const;
export type Access = (typeof ACCESS)[keyof typeof ACCESS];

export interface PrivilegedHart {
  /**
   * Translates a virtual address at the current privilege (MPRV honoured for loads and stores): page walk,
   * A/D update, PMP. Addresses come as two unsigned or signed 32-bit halves, so that no BigInt is made per miss.
   * @returns the guest-physical address (a safe integer), or -1 when `faultCause` says why not.
   */
  translate(high: number, low: number, access: Access): number;
  /** Cause of the last failed translate: 12/13/15 page fault, 1/5/7 access fault. */
  readonly faultCause: number;
  /**
   * After a successful translate: whether the whole 4 KiB page may go into a TLB for this access
   * (false where PMP rules differ within the page).
   */
  readonly isPageUniform: boolean;
  /**
   * One CSR instruction, its operand in halves. `operation` 1 write, 2 set, 3 clear; `isWrite` false for set/clear
   * with x0 or zero immediate, `isRead` false for write with rd = x0.
   * @returns false for an illegal instruction; otherwise `csrOld` holds the old value, if it was read. Side effects
   * on translation or interrupts are reported through the environment (`flushTranslations`, `interruptsChanged`).
   */
  csr(
    number: number,
    operation: 1 | 2 | 3,
    low: number,
    high: number,
    isRead: boolean,
    isWrite: boolean,
  ): boolean;
  /** Halves of what the last CSR instruction read, the low one first. */
  readonly csrOld: Int32Array;
  /** Takes an exception: sets cause, epc (from the pc slot), tval, status, privilege and the pc slot. */
  trap(cause: number, tval: bigint): void;
  /**
   * ECALL: traps with cause 8, 9 or 11, or serves the call when the built-in SBI is on; then pc is past it.
   * @returns whether it served the call, which may have written a0 and a1
   */
  ecall(): boolean;
  /** EBREAK. */
  ebreak(): void;
  /** @returns false for an illegal instruction; otherwise pc and privilege are set. */
  mret(): boolean;
  sret(): boolean;
  /** @returns false for an illegal instruction (TVM, U-mode). Flushes through the environment. */
  sfenceVma(): boolean;
  /** @returns false for an illegal instruction (TW, U-mode); otherwise the waiting slot is set unless an interrupt pends. */
  wfi(): boolean;
  /** Takes the highest pending enabled interrupt, if any. @returns true when one was taken. */
  takeInterrupt(): boolean;
  /** True when an interrupt pends that ends WFI (mip & mie, whatever the global enables say). */
  hasWakeup(): boolean;
}

/** What the privileged architecture needs of the rest of the machine. */
export interface PrivilegedEnvironment {
  /** Drops all cached translations of this hart (satp, privilege-affecting status bits, PMP). */
  flushTranslations(): void;
  /**
   * SFENCE.VMA was executed, or the SBI's remote one. Caches that follow the page tables by themselves have nothing to
   * do; without this method `flushTranslations` is called instead.
   */
  translationsFenced?(): void;
  /** Kept up to date with PMP, where it exists. */
  readonly pagePermissions?: PagePermissions;
  /**
   * Bits of mstatus that choose how translations are checked changed: SUM, MXR, MPRV, or MPP under MPRV. Caches with
   * one set per combination need no flush; without this method `flushTranslations` is called instead.
   */
  translationRegimeChanged?(): void;
  /** A hart that was stopped starts: its registers and its pc were set. */
  started?(): void;
  /** Enables or pending bits changed: the run loop must look for interrupts before the next instruction. */
  interruptsChanged(): void;
  /** Current virtual time in ticks. */
  now(): number;
  /** Arms the supervisor timer comparator (Sstc): fires once now() >= tick. */
  setSupervisorTimer(tick: number): void;
  /** The walk for an address in halves found a valid entry of this level, and what it leads to may be cached. */
  tableWalked?(entry: number, high: number, low: number, level: number): void;
  /** Physical memory reads and writes of page-table entries; -1n / false outside RAM. Addresses are guest-physical. */
  readPhysicalU32(address: number): number;
  writePhysicalU32(address: number, value: number): void;
  isRam(address: number, length: number): boolean;
}
