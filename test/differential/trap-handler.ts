// The machine-mode trap handler of programs that stay in M-mode: folds cause, address and value of every trap into the
// hash, then goes on behind the instruction, or at the noted address where none could be fetched.
import { AT } from "./guest-layout.ts";
import { TEMPORARIES } from "./guest-runtime.ts";
import type { ProgramParts } from "./test-program.ts";

const [T0, T1, T2, T3, T4, T5] = [5, 6, 7, 28, 29, 30] as const;
const CSR = { mstatus: 0x300, mepc: 0x341, mcause: 0x342, mtval: 0x343 } as const;
/** MPP, MPIE and MIE. */
const TRAP_STATE = 0x1888;
const AMO_OPCODE = 0x2f;
const FETCH_FAULTS = [1, 12];

export function emitMachineTrapHandler(parts: ProgramParts): void {
  const { asm, runtime, context } = parts;
  for (const [index, register] of TEMPORARIES.entries()) {
    asm.sd(register, context, AT.saved + 16 + 8 * index);
  }
  emitAtomicCause(parts);
  asm.ld(T3, context, AT.hash);
  asm.ld(T4, context, AT.multiplier);
  for (const number of [CSR.mcause, CSR.mepc, CSR.mtval]) {
    asm.csr(2, T0, number, 0);
    runtime.fold(T3, T0, T4);
  }
  asm.csr(2, T0, CSR.mstatus, 0);
  asm.li(T1, BigInt(TRAP_STATE));
  asm.and(T0, T0, T1);
  runtime.fold(T3, T0, T4);
  asm.sd(T3, context, AT.hash);
  asm.ld(T0, context, AT.traps);
  asm.addi(T0, T0, 1);
  asm.sd(T0, context, AT.traps);
  emitVerboseTrap(parts, [CSR.mcause, CSR.mepc, CSR.mtval]);

  const skip = asm.label();
  const isFetchFault = asm.label();
  const done = asm.label();
  asm.csr(2, T0, CSR.mcause, 0);
  for (const cause of FETCH_FAULTS) {
    asm.addi(T1, 0, cause);
    asm.branch("beq", T0, T1, isFetchFault);
  }
  asm.csr(2, T1, CSR.mepc, 0);
  asm.lbu(T0, T1, 0);
  asm.andi(T0, T0, 3);
  asm.addi(T1, T1, 2);
  asm.addi(T2, 0, 3);
  asm.branch("bne", T0, T2, skip);
  asm.addi(T1, T1, 2);
  asm.place(skip);
  asm.csr(1, 0, CSR.mepc, T1);
  asm.jal(0, done);
  asm.place(isFetchFault);
  asm.ld(T1, context, AT.resume);
  asm.csr(1, 0, CSR.mepc, T1);
  asm.place(done);
  for (const [index, register] of TEMPORARIES.entries()) {
    asm.ld(register, context, AT.saved + 16 + 8 * index);
  }
  asm.mret();
}

/**
 * EXCLUSION: an AMO that faults reports a load fault on QEMU 7.2 and a store fault by the specification, so the cause
 * of instructions with the AMO opcode is made the store's in mcause on both sides.
 */
function emitAtomicCause({ asm }: ProgramParts): void {
  const done = asm.label();
  asm.csr(2, T0, CSR.mcause, 0);
  // Of all causes here, 4 to 7, 12, 13 and 15 have bit 2; 12 is a fetch, whose instruction cannot be read.
  asm.andi(T1, T0, 4);
  asm.branch("beq", T1, 0, done);
  asm.addi(T1, 0, 12);
  asm.branch("beq", T0, T1, done);
  asm.csr(2, T1, CSR.mepc, 0);
  asm.lbu(T1, T1, 0);
  asm.andi(T1, T1, 0x7f);
  asm.addi(T2, 0, AMO_OPCODE);
  asm.branch("bne", T1, T2, done);
  asm.addi(T1, 0, 2);
  asm.csr(2, 0, CSR.mcause, T1);
  asm.place(done);
}

/** Prints "T" and the CSRs of the trap when the current execution is the verbose one. Changes the temporaries. */
export function emitVerboseTrap(
  { asm, runtime, context }: ProgramParts,
  numbers: readonly number[],
): void {
  const quiet = asm.label();
  asm.ld(T5, context, AT.isVerbose);
  asm.branch("bne", T5, 0, quiet);
  for (const [index, number] of numbers.entries()) {
    asm.csr(2, T0, number, 0);
    runtime.print(index === 0 ? "T" : " ", T0);
  }
  runtime.printNewline();
  asm.place(quiet);
}
