// What a vector program does besides its operations: it goes through the jobs, hashes and prints what they left, and
// ends. No operation traps; if one does, the trap is printed and the program ends at once.
import type { Assembler, Label } from "./assembler.ts";
import { AT, CONTEXT } from "./guest-layout.ts";
import { GuestRuntime } from "./guest-runtime.ts";
import { JOB, JOBS, RESULT_BYTES, RESULTS } from "./vector-layout.ts";
import { CALL } from "./vector-stub.ts";

const [RA, T0, T1, T2] = [1, 5, 6, 7] as const;
const CONTEXT_REGISTER = 3;
const [AT_JOB, JOBS_END, AT_RESULT, RESULTS_END] = [8, 9, 18, 19] as const;
const FS = 3 << 13;
const CSR = { mstatus: 0x300, mtvec: 0x305, mepc: 0x341, mcause: 0x342 } as const;

export class VectorMain {
  readonly #asm: Assembler;
  readonly #runtime: GuestRuntime;

  constructor(asm: Assembler) {
    this.#asm = asm;
    this.#runtime = new GuestRuntime(asm, CONTEXT_REGISTER);
  }

  /** The program's start. */
  emit(jobs: number): void {
    const asm = this.#asm;
    const handler = asm.label();
    asm.li(CONTEXT_REGISTER, BigInt(CONTEXT));
    asm.address(T0, handler);
    asm.csr(1, 0, CSR.mtvec, T0);
    asm.li(T0, BigInt(FS));
    asm.csr(2, 0, CSR.mstatus, T0);
    asm.li(AT_JOB, BigInt(JOBS));
    asm.li(JOBS_END, BigInt(JOBS + jobs * JOB.bytes));
    const again = asm.placed();
    this.#emitJob();
    asm.addi(AT_JOB, AT_JOB, JOB.bytes);
    asm.branch("bne", AT_JOB, JOBS_END, again);
    asm.jal(0, this.#runtime.exit);
    while (asm.here % 4 !== 0) asm.emit({ bytes: 2, word: 1, text: "c.nop" });
    asm.place(handler);
    for (const [character, number] of [
      ["T", CSR.mcause],
      [" ", CSR.mepc],
    ] as const) {
      asm.csr(2, T0, number, 0);
      this.#runtime.print(character, T0);
    }
    this.#runtime.printNewline();
    asm.jal(0, this.#runtime.exit);
    this.#runtime.emit();
  }

  #emitJob(): void {
    const asm = this.#asm;
    asm.ld(T0, AT_JOB, JOB.stub);
    asm.ld(CALL.operands, AT_JOB, JOB.operands);
    asm.ld(CALL.operandsEnd, AT_JOB, JOB.operandsEnd);
    asm.ld(CALL.fcsr, AT_JOB, JOB.fcsr);
    asm.li(CALL.results, BigInt(RESULTS));
    asm.jalr(RA, T0, 0);
    asm.addi(RESULTS_END, CALL.results, 0);
    const quiet = asm.label();
    asm.ld(T0, AT_JOB, JOB.isVerbose);
    asm.branch("beq", T0, 0, quiet);
    this.#forEachResult(() => {
      for (const [character, offset] of [
        ["C", 0],
        [" ", 8],
      ] as const) {
        asm.ld(T0, AT_RESULT, offset);
        this.#runtime.print(character, T0);
      }
      this.#runtime.printNewline();
    });
    asm.place(quiet);
    asm.ld(T1, CONTEXT_REGISTER, AT.multiplier);
    asm.addi(T2, T1, 0);
    this.#forEachResult(() => {
      for (const offset of [0, 8]) {
        asm.ld(T0, AT_RESULT, offset);
        this.#runtime.fold(T2, T0, T1);
      }
    });
    this.#runtime.print("J", T2);
    this.#runtime.printNewline();
  }

  #forEachResult(body: () => void): void {
    const asm = this.#asm;
    asm.li(AT_RESULT, BigInt(RESULTS));
    const next: Label = asm.placed();
    body();
    asm.addi(AT_RESULT, AT_RESULT, RESULT_BYTES);
    asm.branch("bne", AT_RESULT, RESULTS_END, next);
  }
}
