// The fixed part of every test program: seeding registers before a block, folding all that can be seen after it into
// a running hash, printing. Lines of output: "=HASH", and for the verbose execution "R" (one per compared value),
// "A" (one per 8 bytes of arena), "T" (one per trap: mcause, mepc, mtval).
import type { Assembler, Label } from "./assembler.ts";
import {
  ARENA_BYTES,
  AT,
  COMPARED,
  COMPARED_CSRS,
  FINISHER,
  FINISHER_PASS,
  fSlot,
  UART,
  xSlot,
} from "./guest-layout.ts";

/** Temporaries of the runtime; the context register is never one of them. */
const [RA, T0, T1, T2, T3, T4, T5, T6] = [1, 5, 6, 7, 28, 29, 30, 31] as const;
export const TEMPORARIES: readonly number[] = [RA, T0, T1, T2, T3, T4, T5, T6];
const FS = 3 << 13;
const MSTATUS = 0x300;
const FCSR = 0x003;
const HASH_ROTATION = 27;

export class GuestRuntime {
  /** Call with x1 as link: seeds all registers; then x1 must be loaded from its slot. */
  readonly seed: Label;
  /** Call with x1 as link, the block's x1 in its slot. */
  readonly finish: Label;
  /** Jump: power off. */
  readonly exit: Label;
  /** Call with x30 as link: prints the character in x31, then x5 in hexadecimal. Changes x5, x6, x7, x28, x29. */
  readonly printHex: Label;
  readonly #asm: Assembler;
  readonly #context: number;

  constructor(asm: Assembler, context: number) {
    this.#asm = asm;
    this.#context = context;
    this.seed = asm.label();
    this.finish = asm.label();
    this.exit = asm.label();
    this.printHex = asm.label();
  }

  emit(): void {
    this.#emitSeed();
    this.#emitFinish();
    this.#emitPrintHex();
    this.#emitExit();
  }

  /** hash = rotate((hash ^ value) * multiplier), all in registers. */
  fold(hash: number, value: number, multiplier: number): void {
    this.#asm.xor(hash, hash, value);
    this.#asm.mul(hash, hash, multiplier);
    this.#asm.rori(hash, hash, HASH_ROTATION);
  }

  /** Prints `register` after `character`; changes x5, x6, x7, x28 to x31. */
  print(character: string, register: number): void {
    const asm = this.#asm;
    if (register !== T0) asm.addi(T0, register, 0);
    asm.addi(T6, 0, character.charCodeAt(0));
    asm.jal(T5, this.printHex);
  }

  printNewline(): void {
    const asm = this.#asm;
    asm.li(T1, BigInt(UART));
    asm.addi(T2, 0, 10);
    this.#putByte(T2);
  }

  /** Sends a byte to the UART whose address is in T1, once it is ready. */
  #putByte(register: number): void {
    const asm = this.#asm;
    const busy = asm.placed();
    asm.lbu(T4, T1, 5);
    asm.andi(T4, T4, 0x20);
    asm.branch("beq", T4, 0, busy);
    asm.sb(register, T1, 0);
  }

  #emitSeed(): void {
    const asm = this.#asm;
    const context = this.#context;
    asm.place(this.seed);
    asm.sd(RA, context, AT.link);
    asm.ld(T0, context, AT.verboseAt);
    asm.ld(T1, context, AT.executed);
    asm.xor(T0, T0, T1);
    asm.sd(T0, context, AT.isVerbose);
    asm.addi(T1, T1, 1);
    asm.sd(T1, context, AT.executed);
    asm.ld(T0, context, AT.random);
    this.#xorshift();
    asm.sd(T0, context, AT.random);
    this.#seedFcsr();
    this.#poolPointer(T3, 11);
    for (let register = 0; register < 32; register++) asm.fld(register, T3, 8 * register);
    this.#poolPointer(T6, 0);
    asm.ld(T1, T6, 8);
    asm.sd(T1, context, xSlot(RA));
    for (let register = 2; register < 32; register++) {
      if (register !== context) asm.ld(register, T6, 8 * register);
    }
    asm.ld(RA, context, AT.link);
    asm.jalr(0, RA, 0);
  }

  #xorshift(): void {
    const asm = this.#asm;
    asm.slli(T1, T0, 13);
    asm.xor(T0, T0, T1);
    asm.srli(T1, T0, 7);
    asm.xor(T0, T0, T1);
    asm.slli(T1, T0, 17);
    asm.xor(T0, T0, T1);
  }

  /** `register` = pool + 8 * the 11 bits of T0 from `shift` up. */
  #poolPointer(register: number, shift: number): void {
    const asm = this.#asm;
    asm.srli(T1, T0, shift);
    asm.andi(T1, T1, 0x7ff);
    asm.slli(T1, T1, 3);
    asm.ld(T2, this.#context, AT.pool);
    asm.add(register, T1, T2);
  }

  /** Random flags and one of the rounding modes 0 to 3; a block may set the others. */
  #seedFcsr(): void {
    const asm = this.#asm;
    asm.li(T1, BigInt(FS));
    asm.csr(2, 0, MSTATUS, T1);
    asm.srli(T1, T0, 40);
    asm.andi(T1, T1, 0x7f);
    asm.csr(1, 0, FCSR, T1);
  }

  #emitFinish(): void {
    const asm = this.#asm;
    const context = this.#context;
    asm.place(this.finish);
    asm.sd(RA, context, AT.link);
    for (let register = 2; register < 32; register++) asm.sd(register, context, xSlot(register));
    asm.li(T0, BigInt(FS));
    asm.csr(2, 0, MSTATUS, T0);
    for (let register = 0; register < 32; register++) asm.fsd(register, context, fSlot(register));
    for (const [index, [, number]] of COMPARED_CSRS.entries()) {
      asm.csr(2, T0, number, 0);
      asm.sd(T0, context, AT.csrs + 8 * index);
    }
    asm.ld(T5, context, AT.hash);
    asm.ld(T6, context, AT.multiplier);
    for (let slot = 0; slot < COMPARED.length; slot++) {
      asm.ld(T0, context, 8 * slot);
      this.fold(T5, T0, T6);
    }
    asm.sd(T5, context, AT.hash);
    this.#stirPool();
    const quiet = asm.label();
    asm.ld(T0, context, AT.isVerbose);
    asm.branch("bne", T0, 0, quiet);
    this.#printAll();
    asm.place(quiet);
    this.#printHashWhenDue();
    asm.ld(RA, context, AT.link);
    asm.jalr(0, RA, 0);
  }

  /** Every fourth value of the pool becomes more random over time. */
  #stirPool(): void {
    const asm = this.#asm;
    asm.ld(T0, this.#context, AT.random);
    this.#poolPointer(T3, 22);
    asm.andi(T3, T3, -32);
    asm.ld(T1, T3, 0);
    asm.xor(T1, T1, T5);
    asm.sd(T1, T3, 0);
  }

  #printAll(): void {
    const asm = this.#asm;
    const context = this.#context;
    this.#printRange("R", () => asm.addi(T0, context, 0), COMPARED.length);
    this.#printRange("A", () => asm.ld(T0, context, AT.arena), ARENA_BYTES / 8);
  }

  /** Prints `count` doublewords from the address that `start` puts into T0. */
  #printRange(character: string, start: () => void, count: number): void {
    const asm = this.#asm;
    const context = this.#context;
    start();
    asm.sd(T0, context, AT.saved);
    asm.li(T0, BigInt(count));
    asm.sd(T0, context, AT.saved + 8);
    const next = asm.placed();
    asm.ld(T1, context, AT.saved);
    asm.ld(T0, T1, 0);
    asm.addi(T1, T1, 8);
    asm.sd(T1, context, AT.saved);
    this.print(character, T0);
    this.printNewline();
    asm.ld(T0, context, AT.saved + 8);
    asm.addi(T0, T0, -1);
    asm.sd(T0, context, AT.saved + 8);
    asm.branch("bne", T0, 0, next);
  }

  #printHashWhenDue(): void {
    const asm = this.#asm;
    const context = this.#context;
    const notDue = asm.label();
    asm.ld(T0, context, AT.executed);
    asm.ld(T1, context, AT.printMask);
    asm.and(T0, T0, T1);
    asm.branch("bne", T0, 0, notDue);
    asm.ld(T5, context, AT.hash);
    asm.ld(T6, context, AT.multiplier);
    asm.ld(T1, context, AT.arena);
    asm.li(T2, BigInt(ARENA_BYTES));
    asm.add(T2, T2, T1);
    const next = asm.placed();
    asm.ld(T0, T1, 0);
    this.fold(T5, T0, T6);
    asm.addi(T1, T1, 8);
    asm.branch("bne", T1, T2, next);
    // Not stored: how often hashes are printed must not change what the blocks compute.
    this.print("=", T5);
    this.printNewline();
    asm.place(notDue);
  }

  #emitPrintHex(): void {
    const asm = this.#asm;
    asm.place(this.printHex);
    asm.li(T1, BigInt(UART));
    this.#putByte(T6);
    asm.addi(T2, 0, 60);
    const digit = asm.placed();
    // x28 = digit, then its character.
    asm.srl(T3, T0, T2);
    asm.andi(T3, T3, 15);
    const isDecimal = asm.label();
    asm.addi(T4, 0, 10);
    asm.branch("bltu", T3, T4, isDecimal);
    asm.addi(T3, T3, 39);
    asm.place(isDecimal);
    asm.addi(T3, T3, 48);
    this.#putByte(T3);
    asm.addi(T2, T2, -4);
    asm.branch("bge", T2, 0, digit);
    asm.jalr(0, T5, 0);
  }

  #emitExit(): void {
    const asm = this.#asm;
    asm.place(this.exit);
    asm.ld(T0, this.#context, AT.hash);
    this.print("=", T0);
    this.printNewline();
    asm.ld(T0, this.#context, AT.traps);
    this.print("N", T0);
    this.printNewline();
    asm.li(T0, BigInt(FINISHER));
    asm.li(T1, BigInt(FINISHER_PASS));
    asm.sw(T1, T0, 0);
    const forever = asm.placed();
    asm.jal(0, forever);
  }
}
