// Test programs that run stubs in S- and U-mode under random page tables, PMP entries, delegation and mstatus, and
// make loads and stores from M-mode with MPRV. Compared: every trap, the registers, and after every block all page
// table entries (with the A and D bits that the walks set) and the data of all frames.
import type { Segment } from "./elf-file.ts";
import { AT } from "./guest-layout.ts";
import { LOAD_STORE } from "./memory-instructions.ts";
import { Operands } from "./operands.ts";
import { randomEntry } from "./page-table-entries.ts";
import {
  codeAddress,
  dataAddress,
  entryAddress,
  guardedAddress,
  type Mode,
} from "./paging-addresses.ts";
import { ROOT_39, ROOT_48, SUPERVISOR_HANDLER } from "./paging-layout.ts";
import { emitRoutines, ENTRY_PLACES, pagingSegments, type Routines } from "./paging-memory.ts";
import { emitNoPmp, emitOpenPmp, emitRandomPmp } from "./paging-pmp.ts";
import { FIRST_ADDRESS, SECOND_ADDRESS, type StubKind, THIRD_ADDRESS } from "./paging-stubs.ts";
import type { Random } from "./random.ts";
import { emitResumingTrapHandler } from "./resuming-trap-handler.ts";
import type { ProgramFamily, ProgramParts } from "./test-program.ts";

const [LINK, T1, MPRV_MASK] = [5, 6, 13] as const;
const CSR = {
  mstatus: 0x300,
  medeleg: 0x302,
  mepc: 0x341,
  satp: 0x180,
  stvec: 0x105,
  sepc: 0x141,
} as const;
const MPP_SHIFT = 11n;
const FS = 3n << 13n;
const MPRV = 1n << 17n;
const TW = 1n << 21n;
/** SPP, SUM, MXR, TVM and TSR. */
const FREE_STATUS_BITS = [1n << 8n, 1n << 18n, 1n << 19n, 1n << 20n, 1n << 22n];
/** All exceptions that can be delegated but the ecall from S-mode, by which its trap handler comes to M-mode. */
const DELEGABLE = 0xb1ffn;
/** Loads' causes; their stores' are two further. */
const LOAD_CAUSES = [4n, 5n, 13n];
const [BARE, SV39, SV48] = [0n, 8n, 9n] as const;
const SFENCE_VMA = 0x1200_0073;

const FEWEST_PROBES = 6;
const MOST_PROBES = 14;

const PLAIN: readonly StubKind[] = [
  ...Array.from({ length: 12 }, (): StubKind => "memory"),
  ...(["jump", "jump", "fence", "readSatp", "writeSatp", "mret", "sret", "sret", "wfi"] as const),
];
const ATOMIC: readonly StubKind[] = ["memory", "memory", "amo", "amo", "amo", "reservation"];

export class PagingProgram implements ProgramFamily {
  readonly name: string;
  readonly blocks = 64;
  readonly loops = 8;
  readonly #hasAtomics: boolean;
  #routines: Routines | undefined;

  /** @param hasAtomics AMOs and reservations; some of the rest is then left out (see page-table-entries.ts). */
  constructor(hasAtomics: boolean) {
    this.name = hasAtomics ? "paging with atomics" : "paging";
    this.#hasAtomics = hasAtomics;
  }

  emitSetup(parts: ProgramParts): void {
    const { asm, context } = parts;
    this.#routines = emitRoutines(parts);
    emitOpenPmp(parts);
    asm.li(T1, BigInt(SUPERVISOR_HANDLER));
    asm.csr(1, 0, CSR.stvec, T1);
    asm.csr(1, 0, CSR.sepc, 0);
    asm.addi(T1, 0, this.#hasAtomics ? 1 : 0);
    asm.sd(T1, context, AT.hasAtomics);
    for (const place of [...ENTRY_PLACES.upper, ...ENTRY_PLACES.lowest]) {
      this.#emitEntry(parts, place);
    }
  }

  emitTrapHandler(parts: ProgramParts): void {
    emitResumingTrapHandler(parts);
  }

  emitBlock(parts: ProgramParts): readonly number[] {
    const { asm, random } = parts;
    const mode: Mode = random.pick([SV39, SV39, SV39, SV48, SV48, BARE]);
    const cuts = [asm.here];
    if (this.#routines === undefined) throw new Error("blocks come after the setup");
    for (let count = random.between(2, 6); count > 0; count--) {
      this.#emitEntry(parts, random.pick(ENTRY_PLACES.upper));
      this.#emitEntry(parts, random.pick(ENTRY_PLACES.lowest));
    }
    asm.jal(LINK, this.#routines.straddlers);
    emitRandomPmp(parts);
    asm.li(T1, this.#delegation(random));
    asm.csr(1, 0, CSR.medeleg, T1);
    for (let count = random.between(FEWEST_PROBES, MOST_PROBES); count > 0; count--) {
      cuts.push(asm.here);
      // A stub may have changed it.
      asm.li(T1, satp(random, mode));
      asm.csr(1, 0, CSR.satp, T1);
      asm.emit({ bytes: 4, word: SFENCE_VMA, text: "sfence.vma" });
      if (random.chance(0.2)) emitFromMachineMode(parts);
      else this.#emitStub(parts, mode);
    }
    cuts.push(asm.here);
    emitNoPmp(parts);
    asm.jal(LINK, this.#routines.collect);
    return cuts;
  }

  segments(random: Random): readonly Segment[] {
    return pagingSegments(random);
  }

  #emitEntry({ asm, random }: ProgramParts, place: (typeof ENTRY_PLACES.upper)[number]): void {
    asm.li(T1, randomEntry(random, { ...place, hasAtomics: this.#hasAtomics }));
    asm.li(LINK, BigInt(place.address));
    asm.sd(T1, LINK, 0);
  }

  /** EXCLUSION: where AMOs may report a load's cause, both causes go to the same mode. */
  #delegation(random: Random): bigint {
    let bits = random.next64() & DELEGABLE;
    if (!this.#hasAtomics) return bits;
    for (const cause of LOAD_CAUSES) {
      const isDelegated = (bits >> cause) & 1n;
      bits = (bits & ~(1n << (cause + 2n))) | (isDelegated << (cause + 2n));
    }
    return bits;
  }

  /** Enters a stub in S- or U-mode; whatever traps there comes back behind it. */
  #emitStub(parts: ProgramParts, mode: Mode): void {
    const { asm, random, context } = parts;
    const kind = random.pick(this.#hasAtomics ? ATOMIC : PLAIN);
    const isUser = random.chance(0.5);
    const isAligned = random.chance(kind === "memory" ? 0.4 : 0.8);
    const third = kind === "writeSatp" ? satp(random) : dataAddress(random, isAligned);
    const second = kind === "jump" ? codeAddress(random) : dataAddress(random, isAligned);
    const after = asm.label();
    asm.address(T1, after);
    asm.sd(T1, context, AT.resume);
    asm.li(SECOND_ADDRESS, second);
    asm.li(THIRD_ADDRESS, third);
    asm.li(FIRST_ADDRESS, dataAddress(random, isAligned));
    asm.li(T1, codeAddress(random));
    asm.csr(1, 0, CSR.sepc, T1);
    asm.li(T1, entryAddress(random, kind, isUser, mode));
    asm.csr(1, 0, CSR.mepc, T1);
    const waits = kind === "wfi" || random.chance(0.2);
    const privilege = isUser ? 0n : 1n;
    asm.li(T1, status(random) | (waits ? TW : 0n) | (privilege << MPP_SHIFT));
    asm.csr(1, 0, CSR.mstatus, T1);
    asm.mret();
    asm.place(after);
  }
}

/** Loads and stores by M-mode with the privilege in MPP. */
function emitFromMachineMode({ asm, random, context }: ProgramParts): void {
  const isAligned = random.chance(0.5);
  const bases = [FIRST_ADDRESS, SECOND_ADDRESS];
  const privilege = random.pick([0n, 1n, 3n]);
  for (const base of bases) {
    const isPhysical = privilege === 3n && random.chance(0.8);
    asm.li(base, isPhysical ? guardedAddress(random) : dataAddress(random, isAligned));
  }
  const after = asm.label();
  asm.address(T1, after);
  asm.sd(T1, context, AT.resume);
  asm.li(MPRV_MASK, MPRV);
  asm.li(T1, status(random) | MPRV | (privilege << MPP_SHIFT));
  asm.csr(1, 0, CSR.mstatus, T1);
  const operands = new Operands(random, [context, MPRV_MASK], bases, 1);
  for (let count = random.between(1, 3); count > 0; count--) {
    asm.emit(random.pick(LOAD_STORE)(operands));
  }
  asm.csr(3, 0, CSR.mstatus, MPRV_MASK);
  asm.place(after);
}

/** EXCLUSION: MPRV is clear when M-mode is left. QEMU 7.2 leaves it set, version 1.12 of the manual clears it. */
function status(random: Random): bigint {
  let bits = FS;
  for (const bit of FREE_STATUS_BITS) {
    if (random.chance(0.4)) bits |= bit;
  }
  return bits;
}

/** A value of satp; without a mode one of any kind, modes that do not exist among them. */
function satp(random: Random, mode?: bigint): bigint {
  // EXCLUSION: not 10, which is Sv57 on QEMU 7.2 and nothing here.
  const chosen = mode ?? random.pick([BARE, SV39, SV48, 1n, 7n, 11n, 15n]);
  const root = chosen === SV48 ? ROOT_48 : ROOT_39;
  const asid = random.next64() & 0xffffn;
  return chosen === BARE ? 0n : (chosen << 60n) | (asid << 44n) | BigInt(root / 4096);
}
