// Test programs that make several interrupts pending and enabled at once, by CLINT, stimecmp and the software bits of
// mip, and then enter M-, S- or U-mode: compared is which one is taken, by which mode, where, or that none is.
// Nothing depends on time: comparators are in the past or at the end of time.
//
// EXCLUSION: without AIA, QEMU 7.2 takes the interrupt with the lowest number first, so its processor gets Smaia and
// Ssaia, with which it keeps the order of the privileged manual. No program touches what they add.
import type { Label } from "./assembler.ts";
import { wide } from "./encode.ts";
import { AT } from "./guest-layout.ts";
import { emitResumingTrapHandler } from "./resuming-trap-handler.ts";
import type { ProgramFamily, ProgramParts } from "./test-program.ts";
import { emitOpenPmp } from "./paging-pmp.ts";

const [T0, T1] = [5, 6] as const;
const CSR = {
  sstatus: 0x100,
  stvec: 0x105,
  stimecmp: 0x14d,
  mstatus: 0x300,
  medeleg: 0x302,
  mideleg: 0x303,
  mie: 0x304,
  mtvec: 0x305,
  menvcfg: 0x30a,
  mscratch: 0x340,
  mepc: 0x341,
  mip: 0x344,
  sip: 0x144,
  sie: 0x104,
} as const;
const [SIE, MIE, SPIE, MPIE] = [1n << 1n, 1n << 3n, 1n << 5n, 1n << 7n] as const;
const FS = 3n << 13n;
const MPP_SHIFT = 11n;
const STCE = 1n << 63n;
const [MSIP, MTIMECMP] = [0x200_0000n, 0x200_4000n] as const;
const NEVER = -1n;
const VECTORS = 16;
const SOFTWARE_BITS = [1n << 1n, 1n << 5n, 1n << 9n];

export class InterruptProgram implements ProgramFamily {
  readonly name = "interrupts";
  readonly blocks = 64;
  readonly loops = 16;
  readonly qemuExtensions = "x-smaia=true,x-ssaia=true";
  #machineVectors: Label | undefined;
  #supervisorVectors: Label | undefined;

  emitSetup(parts: ProgramParts): void {
    emitOpenPmp(parts);
    const { asm } = parts;
    asm.csr(1, 0, CSR.medeleg, 0);
    const handler = asm.label();
    const after = asm.label();
    asm.jal(0, after);
    while (asm.here % 64 !== 0) asm.addi(0, 0, 0);
    this.#machineVectors = asm.placed();
    const entries = Array.from({ length: VECTORS }, () => asm.label());
    for (const entry of entries) asm.jal(0, entry);
    this.#supervisorVectors = asm.placed();
    for (let vector = 0; vector < VECTORS; vector++) asm.emit(wide(0x0000_0073, "ecall"));
    for (const [vector, entry] of entries.entries()) {
      asm.place(entry);
      // Which vector was taken shows in mscratch.
      const word = (CSR.mscratch << 20) | (vector << 15) | (5 << 12) | 0x73;
      asm.emit(wide(word, `csrwi mscratch, ${vector}`));
      asm.jal(0, handler);
    }
    asm.place(handler);
    emitResumingTrapHandler(parts);
    asm.place(after);
  }

  /** The one that programs start with; blocks set their own. */
  emitTrapHandler(parts: ProgramParts): void {
    emitResumingTrapHandler(parts);
  }

  emitBlock(parts: ProgramParts): readonly number[] {
    const { asm, random, context } = parts;
    if (this.#machineVectors === undefined || this.#supervisorVectors === undefined) {
      throw new Error("blocks come after the setup");
    }
    const cuts = [asm.here];
    for (let count = random.between(2, 6); count > 0; count--) {
      cuts.push(asm.here);
      const after = asm.label();
      asm.address(T0, after);
      asm.sd(T0, context, AT.resume);
      for (const [tvec, vectors] of [
        [CSR.mtvec, this.#machineVectors],
        [CSR.stvec, this.#supervisorVectors],
      ] as const) {
        asm.address(T0, vectors);
        asm.addi(T0, T0, random.below(2));
        asm.csr(1, 0, tvec, T0);
      }
      emitPending(parts);
      emitEnter(parts);
      asm.place(after);
      emitQuiet(parts);
    }
    cuts.push(asm.here);
    return cuts;
  }

  segments(): readonly [] {
    return [];
  }
}

function emitWrite({ asm }: ProgramParts, number: number, value: bigint): void {
  asm.li(T0, value);
  asm.csr(1, 0, number, T0);
}

/** Random sources pending, enabled and delegated, while M-mode masks them all. */
function emitPending(parts: ProgramParts): void {
  const { asm, random } = parts;
  const hasSupervisorTimer = random.chance(0.5);
  emitWrite(parts, CSR.menvcfg, hasSupervisorTimer ? STCE : 0n);
  emitWrite(parts, CSR.stimecmp, random.chance(0.5) ? 0n : NEVER);
  asm.li(T1, MSIP);
  asm.addi(T0, 0, random.below(2));
  asm.sw(T0, T1, 0);
  asm.li(T1, MTIMECMP);
  asm.li(T0, random.chance(0.5) ? 0n : NEVER);
  asm.sd(T0, T1, 0);
  let software = 0n;
  for (const bit of SOFTWARE_BITS) if (random.chance(0.4)) software |= bit;
  emitWrite(parts, CSR.mip, software);
  const mostly = random.chance(0.5) ? random.next64() : -1n;
  emitWrite(parts, CSR.mideleg, random.next64() & 0x222n);
  emitWrite(parts, CSR.mie, random.next64() & mostly & 0xaaan);
  // What can be read of all that, in both views.
  for (const [register, number] of [
    [14, CSR.mip],
    [15, CSR.sip],
    [16, CSR.sie],
  ] as const) {
    asm.csr(2, register, number, 0);
  }
}

/** Enters a mode with random masks; there an ecall stands behind what may be interrupted. */
function emitEnter(parts: ProgramParts): void {
  const { asm, random } = parts;
  const privilege = random.pick([0n, 1n, 3n]);
  let status = FS | (privilege << MPP_SHIFT);
  for (const bit of [SIE, SPIE, MPIE]) if (random.chance(0.5)) status |= bit;
  const inside = asm.label();
  asm.address(T0, inside);
  asm.csr(1, 0, CSR.mepc, T0);
  asm.li(T1, SIE);
  asm.li(T0, status);
  asm.csr(1, 0, CSR.mstatus, T0);
  asm.mret();
  asm.place(inside);
  asm.addi(17, 17, 1);
  if (privilege === 1n) asm.csr(random.pick([2, 3]), 0, CSR.sstatus, T1);
  asm.addi(17, 17, 2);
  asm.emit(wide(0x0000_0073, "ecall"));
}

/** Back in M-mode with everything masked and nothing pending. */
function emitQuiet(parts: ProgramParts): void {
  const { asm } = parts;
  asm.li(T0, MIE | SIE);
  asm.csr(3, 0, CSR.mstatus, T0);
  asm.csr(1, 0, CSR.mie, 0);
  asm.csr(1, 0, CSR.mip, 0);
  asm.li(T1, MSIP);
  asm.sw(0, T1, 0);
  emitWrite(parts, CSR.stimecmp, NEVER);
  asm.li(T1, MTIMECMP);
  asm.li(T0, NEVER);
  asm.sd(T0, T1, 0);
}
