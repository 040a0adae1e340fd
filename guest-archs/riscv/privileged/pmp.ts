// Physical memory protection (Privileged ISA 1.12, 3.7): 16 entries, granularity 4 bytes.
// The registers live in the hart's slots; `refresh` decodes them after every change into the list that checks walk.
//
// | pmpcfg byte | bits                                  |
// |-------------|---------------------------------------|
// | L 7         | locked, and enforced on M-mode        |
// | A 4:3       | 0 off, 1 TOR, 2 NA4, 3 NAPOT          |
// | X W R 2:0   | permissions                           |
import { SLOT } from "../hart-layout.ts";
import type { HartState } from "./hart-state.ts";
import {
  ALL_PERMISSIONS,
  PAGE_PERMISSION,
  type PagePermissions,
  paintPages,
  permissionBits,
  type PermissionRange,
} from "./pmp-pages.ts";
import { ACCESS, type Access } from "./privileged-hart.ts";

export const PMP_ENTRIES = 16;

export const PMP = {
  R: 1,
  W: 2,
  X: 4,
  A: 0x18,
  TOR: 0x08,
  NA4: 0x10,
  NAPOT: 0x18,
  L: 0x80,
} as const;

/** Permission bit by ACCESS (fetch, load, store). */
const NEEDED: readonly [number, number, number] = [PMP.X, PMP.R, PMP.W];
/** Physical addresses stop at the safe integers: nothing lies above, and accesses there fail anyway. */
const ADDRESS_LIMIT = 2 ** 53;
const PAGE = 4096;

/** One active entry: bytes `from` up to but not including `to`. */
interface Rule {
  readonly from: number;
  readonly to: number;
  readonly cfg: number;
}

export class Pmp {
  readonly #state: HartState;
  readonly #pages: PagePermissions | undefined;
  #rules: readonly Rule[] = [];

  /** @param pages kept up to date. */
  constructor(state: HartState, pages?: PagePermissions) {
    this.#state = state;
    this.#pages = pages;
    this.refresh();
  }

  /** Byte `entry` of the pmpcfg registers. */
  cfg(entry: number): number {
    const slot = entry < 8 ? SLOT.pmpcfg0 : SLOT.pmpcfg2;
    const word = this.#state.words[slot * 2 + ((entry & 7) >>> 2)] as number;
    return (word >>> ((entry & 3) * 8)) & 0xff;
  }

  /** True when pmpaddr of the entry ignores writes: locked, or the lower bound of a locked TOR entry. */
  isAddressLocked(entry: number): boolean {
    if ((this.cfg(entry) & PMP.L) !== 0) return true;
    if (entry + 1 >= PMP_ENTRIES) return false;
    const next = this.cfg(entry + 1);
    return (next & PMP.L) !== 0 && (next & PMP.A) === PMP.TOR;
  }

  /** Decodes the slots again. */
  refresh(): void {
    const rules: Rule[] = [];
    for (let entry = 0; entry < PMP_ENTRIES; entry++) {
      const rule = this.#decode(entry);
      if (rule !== undefined) rules.push(rule);
    }
    this.#rules = rules;
    if (this.#pages !== undefined) paintPages(this.#pages, rules.map(permissionRange));
  }

  /**
   * Whether an access of `bytes` bytes is allowed at a privilege. The lowest-numbered entry that matches any byte
   * decides and must match them all, in M-mode as well; without a match only M-mode passes.
   */
  allows(address: number, bytes: number, access: Access, privilege: number): boolean {
    const isMachine = privilege === 3;
    const end = address + bytes;
    for (const rule of this.#rules) {
      if (rule.from >= end || rule.to <= address) continue;
      if (rule.from > address || rule.to < end) return false;
      if (isMachine && (rule.cfg & PMP.L) === 0) return true;
      return (rule.cfg & NEEDED[access]) !== 0;
    }
    return isMachine;
  }

  /** Whether the same answer holds for every access within the 4 KiB page around `address`, at any privilege. */
  isPageUniform(address: number): boolean {
    // HOT: bitwise, since a remainder of doubles is slow; the low bits survive the conversion to 32.
    const page = address - (address & (PAGE - 1));
    const end = page + PAGE;
    for (const rule of this.#rules) {
      if (rule.from >= end || rule.to <= page) continue;
      return rule.from <= page && rule.to >= end;
    }
    return true;
  }

  #decode(entry: number): Rule | undefined {
    const cfg = this.cfg(entry);
    const address = this.#state.get(SLOT.pmpaddr + entry);
    switch (cfg & PMP.A) {
      case PMP.TOR: {
        const below = entry === 0 ? 0n : this.#state.get(SLOT.pmpaddr + entry - 1);
        return below < address ? range(below << 2n, address << 2n, cfg) : undefined;
      }
      case PMP.NA4:
        return range(address << 2n, (address << 2n) + 4n, cfg);
      case PMP.NAPOT: {
        // The lowest zero bit of pmpaddr gives the size: 8 bytes for bit 0, doubling with each bit above.
        const sizeInWords = (address ^ (address + 1n)) + 1n;
        const from = address & ~(sizeInWords - 1n);
        return range(from << 2n, (from + sizeInWords) << 2n, cfg);
      }
      default:
        return undefined;
    }
  }
}

/** What a rule says of whole pages. */
function permissionRange({ from, to, cfg }: Rule): PermissionRange {
  let user = 0;
  for (const access of [ACCESS.fetch, ACCESS.load, ACCESS.store]) {
    if ((cfg & NEEDED[access]) !== 0) user |= PAGE_PERMISSION[access];
  }
  const machine = (cfg & PMP.L) === 0 ? ALL_PERMISSIONS : user;
  return { from, to, permissions: permissionBits(user, machine) };
}

function range(from: bigint, to: bigint, cfg: number): Rule {
  return { from: clampAddress(from), to: clampAddress(to), cfg };
}

function clampAddress(address: bigint): number {
  return address > BigInt(ADDRESS_LIMIT) ? ADDRESS_LIMIT : Number(address);
}
