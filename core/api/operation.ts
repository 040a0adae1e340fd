// An operation of an architecture: an instruction at one length, as whoever transforms its semantics sees it.
import type { Semantics } from "./semantics.ts";

export interface InstructionTraits {
  readonly readsRs1: boolean;
  readonly readsRs2: boolean;
  readonly readsRs3: boolean;
  readonly writesRd: boolean;
  /**
   * How it ends: the next one follows; a conditional jump; a jump to a constant distance; a jump to a computed address;
   * or something that compiled code leaves to the interpreter.
   */
  readonly control: "next" | "branch" | "jump" | "indirect" | "leave";
  /** Compiled code may stop before it: a memory access, a path that only the interpreter has. */
  readonly mayLeave: boolean;
  /** Its access to memory; "atomic" for read-modify-write and for reservations. */
  readonly memory: "none" | "load" | "store" | "atomic";
}

export interface Operation {
  /** As in assembly: "addi", "amoadd.w". Operations of different lengths may share it. */
  readonly name: string;
  /** Bytes. */
  readonly length: number;
  readonly traits: InstructionTraits;
  /** Whether an operand or the result is a floating-point register. */
  readonly usesFloat: boolean;
  /** Assembly text of an instruction word of this operation. */
  disassemble(word: number): string;
}

/**
 * Turns the semantics of an operation into others, when code is generated. Called for every operation once per replica,
 * in the same order, before anything is executed; what it returns may run any number of times.
 * @returns undefined to leave the operation as it is
 */
export type SemanticsTransform = (
  operation: Operation,
) =>
  | (<Services>(semantics: (x: Semantics<Services>) => void) => (x: Semantics<Services>) => void)
  | undefined;
