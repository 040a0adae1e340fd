// Address translation (Privileged ISA 1.12, 4.3 to 4.5): Bare, Sv39 and Sv48, with hardware update of the accessed
// and dirty bits. HOT: runs on every TLB miss, so addresses are 32-bit halves and doubles, never BigInt.
//
// | page-table entry | bits                        |
// |------------------|-----------------------------|
// | reserved, N, PBMT| 63:54, fault when not zero  |
// | PPN              | 53:10                       |
// | D A G U X W R V  | 7 6 5 4 3 2 1 0             |
import { SLOT } from "../hart-layout.ts";
import { ACCESS_FAULT, PAGE_FAULT } from "./exception-causes.ts";
import type { HartCore } from "./hart-core.ts";
import { dataPrivilege, MSTATUS } from "./mstatus.ts";
import { ACCESS, type Access } from "./privileged-hart.ts";

export const PTE = { V: 1, R: 2, W: 4, X: 8, U: 16, G: 32, A: 64, D: 128 } as const;
/** satp.MODE. */
export const SATP_MODE = { bare: 0, sv39: 8, sv48: 9 } as const;

const TWO_32 = 0x1_0000_0000;
const PAGE = 4096;
/** First physical page number whose addresses are not safe integers: nothing can be there. */
const PPN_LIMIT = 2 ** 41;

export class PageWalk {
  readonly #core: HartCore;
  /** Cause of the last walk that returned -1. */
  faultCause = 0;
  /** Whether PMP says the same for the whole page of the last address returned. */
  isPageUniform = true;

  constructor(core: HartCore) {
    this.#core = core;
  }

  /** See `PrivilegedHart.translate`. @param bytes of the access, all of which PMP must allow. */
  translate(high: number, low: number, access: Access, bytes: number): number {
    const { state } = this.#core;
    const status = state.low(SLOT.mstatus);
    const privilege =
      access === ACCESS.fetch ? state.privilege : dataPrivilege(status, state.privilege);
    const mode = state.high(SLOT.satp) >>> 28;
    const physical =
      privilege === 3 || mode === SATP_MODE.bare
        ? bareAddress(high, low)
        : this.#walk(high, low, access, privilege, status, mode);
    if (physical === -1) return -1;
    return this.#checked(physical, bytes, access, privilege);
  }

  #checked(physical: number, bytes: number, access: Access, privilege: number): number {
    const { pmp } = this.#core;
    if (!Number.isSafeInteger(physical) || !pmp.allows(physical, bytes, access, privilege)) {
      this.faultCause = ACCESS_FAULT[access];
      return -1;
    }
    this.isPageUniform = pmp.isPageUniform(physical);
    return physical;
  }

  /** @returns the physical address, -1 after a fault, or an unsafe number for an address beyond all memory. */
  #walk(
    high: number,
    low: number,
    access: Access,
    privilege: number,
    status: number,
    mode: number,
  ): number {
    const { state, environment } = this.#core;
    if (!isCanonical(high, mode)) return this.#pageFault(access);
    let ppn = state.low(SLOT.satp) + (state.high(SLOT.satp) & 0xfff) * TWO_32;
    for (let level = mode === SATP_MODE.sv48 ? 3 : 2; level >= 0; level--) {
      const entry = ppn * PAGE + tableIndex(high, low, level) * 8;
      if (ppn >= PPN_LIMIT || !this.#canReach(entry, ACCESS.load)) return this.#accessFault(access);
      const pteLow = environment.readPhysicalU32(entry);
      const pteHigh = environment.readPhysicalU32(entry + 4);
      if ((pteLow & PTE.V) === 0 || pteHigh >>> 22 !== 0) return this.#pageFault(access);
      environment.tableWalked?.(entry, high, low, level);
      ppn = (pteLow >>> 10) + (pteHigh & 0x3f_ffff) * 0x40_0000;
      if ((pteLow & (PTE.R | PTE.W | PTE.X)) === 0) {
        // In a pointer to the next table D, A and U are reserved and must be zero.
        if ((pteLow & (PTE.D | PTE.A | PTE.U)) !== 0) return this.#pageFault(access);
        continue;
      }
      if (!isAllowed(pteLow, access, privilege, status)) return this.#pageFault(access);
      // HOT: a superpage's low PPN bits come from the virtual address; bitwise, since they are fewer than 32.
      const inLeaf = level === 0 ? 0 : (1 << (9 * level)) - 1;
      if ((ppn & inLeaf) !== 0) return this.#pageFault(access);
      const updated = pteLow | PTE.A | (access === ACCESS.store ? PTE.D : 0);
      if (updated !== (pteLow | 0)) {
        if (!this.#canReach(entry, ACCESS.store)) return this.#accessFault(access);
        environment.writePhysicalU32(entry, updated >>> 0);
      }
      if (ppn >= PPN_LIMIT) return Infinity;
      return (ppn + (pageNumber(high, low) & inLeaf)) * PAGE + (low & (PAGE - 1));
    }
    return this.#pageFault(access);
  }

  /** Implicit accesses to page tables are made at S privilege. */
  #canReach(entry: number, access: Access): boolean {
    return this.#core.environment.isRam(entry, 8) && this.#core.pmp.allows(entry, 8, access, 1);
  }

  #pageFault(access: Access): -1 {
    this.faultCause = PAGE_FAULT[access];
    return -1;
  }

  #accessFault(access: Access): -1 {
    this.faultCause = ACCESS_FAULT[access];
    return -1;
  }
}

/** An untranslated address; an unsafe number where nothing can be. */
function bareAddress(high: number, low: number): number {
  return (high >>> 0) * TWO_32 + (low >>> 0);
}

/** Bits above the translated ones equal the highest translated bit; false for modes that do not exist. */
function isCanonical(high: number, mode: number): boolean {
  if (mode === SATP_MODE.sv39) return (high << 25) >> 25 === (high | 0);
  if (mode === SATP_MODE.sv48) return (high << 16) >> 16 === (high | 0);
  return false;
}

/** VPN[level] of a virtual address. */
function tableIndex(high: number, low: number, level: number): number {
  if (level === 0) return (low >>> 12) & 0x1ff;
  if (level === 1) return (low >>> 21) & 0x1ff;
  if (level === 2) return (low >>> 30) | ((high & 0x7f) << 2);
  return (high >>> 7) & 0x1ff;
}

/** Virtual page number within 48 bits. */
function pageNumber(high: number, low: number): number {
  return (low >>> 12) + (high & 0xffff) * 0x10_0000;
}

/** Steps 5 and 6 of the walk (4.3.2): reserved encodings, U bit and SUM, R/W/X and MXR. */
function isAllowed(pte: number, access: Access, privilege: number, status: number): boolean {
  if ((pte & (PTE.R | PTE.W)) === PTE.W) return false;
  if ((pte & PTE.U) === 0) {
    if (privilege === 0) return false;
  } else if (privilege === 1) {
    if (access === ACCESS.fetch || (status & MSTATUS.SUM) === 0) return false;
  }
  if (access === ACCESS.fetch) return (pte & PTE.X) !== 0;
  if (access === ACCESS.store) return (pte & PTE.W) !== 0;
  return (pte & PTE.R) !== 0 || ((status & MSTATUS.MXR) !== 0 && (pte & PTE.X) !== 0);
}
