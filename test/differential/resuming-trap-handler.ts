// The machine-mode trap handler of programs that use S- and U-mode: folds what both levels saw of a trap into the hash
// and goes on in M-mode where the context says. The S-mode handler of these programs is an ecall, so every trap that
// was delegated arrives here as well, with its cause in scause.
import type { Assembler } from "./assembler.ts";
import { AT } from "./guest-layout.ts";
import { TEMPORARIES } from "./guest-runtime.ts";
import type { ProgramParts } from "./test-program.ts";
import { emitVerboseTrap } from "./trap-handler.ts";

const [T0, T1, T2, T3, T4] = [5, 6, 7, 28, 29] as const;
const CSR = {
  mstatus: 0x300,
  mepc: 0x341,
  mcause: 0x342,
  mtval: 0x343,
  sepc: 0x141,
  scause: 0x142,
  stval: 0x143,
} as const;
/** Every field but FS, SD and the widths. */
const STATUS_FIELDS = 0x7e_19aan;
const MPP_M = 3n << 11n;
const MPRV = 1n << 17n;
/** Cleared, so that M-mode goes on with interrupts masked. */
const MPIE = 1n << 7n;
const COMPARED = [CSR.mcause, CSR.mepc, CSR.mtval, CSR.scause, CSR.sepc, CSR.stval];

export function emitResumingTrapHandler(parts: ProgramParts): void {
  const { asm, runtime, context } = parts;
  for (const [index, register] of TEMPORARIES.entries()) {
    asm.sd(register, context, AT.saved + 16 + 8 * index);
  }
  for (const [cause, value] of [
    [CSR.mcause, CSR.mtval],
    [CSR.scause, CSR.stval],
  ] as const) {
    emitAtomicCause(parts, cause);
    emitAccessFaultAddress(asm, cause, value);
  }
  asm.ld(T3, context, AT.hash);
  asm.ld(T4, context, AT.multiplier);
  for (const number of COMPARED) {
    asm.csr(2, T0, number, 0);
    runtime.fold(T3, T0, T4);
  }
  asm.csr(2, T0, CSR.mstatus, 0);
  asm.li(T1, STATUS_FIELDS);
  asm.and(T0, T0, T1);
  runtime.fold(T3, T0, T4);
  asm.sd(T3, context, AT.hash);
  asm.ld(T0, context, AT.traps);
  asm.addi(T0, T0, 1);
  asm.sd(T0, context, AT.traps);
  emitVerboseTrap(parts, [...COMPARED, CSR.mstatus]);

  asm.ld(T0, context, AT.resume);
  asm.csr(1, 0, CSR.mepc, T0);
  asm.li(T0, MPRV | MPIE);
  asm.csr(3, 0, CSR.mstatus, T0);
  asm.li(T0, MPP_M);
  asm.csr(2, 0, CSR.mstatus, T0);
  for (const [index, register] of TEMPORARIES.entries()) {
    asm.ld(register, context, AT.saved + 16 + 8 * index);
  }
  asm.mret();
}

/**
 * EXCLUSION: QEMU 7.2 reports a load where an AMO cannot read its operand, a store is right. While the context says
 * that AMOs are about, loads become stores in the cause on both sides.
 */
function emitAtomicCause({ asm, context }: ProgramParts, cause: number): void {
  const done = asm.label();
  const isLoad = asm.label();
  asm.ld(T1, context, AT.hasAtomics);
  asm.branch("beq", T1, 0, done);
  asm.csr(2, T0, cause, 0);
  for (const load of [4, 5, 13]) {
    asm.addi(T1, 0, load);
    asm.branch("beq", T0, T1, isLoad);
  }
  asm.jal(0, done);
  asm.place(isLoad);
  asm.addi(T1, 0, 2);
  asm.csr(2, 0, cause, T1);
  asm.place(done);
}

/** EXCLUSION: for a misaligned access outside of RAM, QEMU 7.2 reports the aligned address that it tried instead. */
function emitAccessFaultAddress(asm: Assembler, cause: number, value: number): void {
  const done = asm.label();
  const isAccessFault = asm.label();
  asm.csr(2, T0, cause, 0);
  for (const fault of [5, 7]) {
    asm.addi(T1, 0, fault);
    asm.branch("beq", T0, T1, isAccessFault);
  }
  asm.jal(0, done);
  asm.place(isAccessFault);
  asm.addi(T2, 0, 7);
  asm.csr(3, 0, value, T2);
  asm.place(done);
}
