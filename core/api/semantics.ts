// The builder in which the semantics of every instruction is written, once. An instruction is a function of a builder:
//
//   add: (x) => x.setRd(x.add(x.rs1(), x.rs2()))
//
// A context implements the builder: an interpreter turns operands into fields of a record, a compiler into locals, an
// analysis only takes note, an instrument passes on and adds (semantics-overrides.ts). Tokens stand for values on an operand stack: each is used exactly once, at once, and in the
// order in which the calls made them (JavaScript evaluates arguments from left to right). A value needed twice is held.

declare const value: unique symbol;
/** A 32-bit integer on the operand stack. */
export interface I32 {
  readonly [value]: "i32";
}
/** A 64-bit integer on the operand stack. */
export interface I64 {
  readonly [value]: "i64";
}
/** A floating-point number of the host on the operand stack. */
export interface Float {
  readonly [value]: "float";
}

/** Width of a floating-point format of the host. */
export type FloatWidth = 32 | 64;

/** A value kept aside; each call of `get` makes a new token of it. */
export interface Held<T> {
  get(): T;
}

/** How a load widens to 64 bits: size in bits, signed or unsigned. */
export type LoadKind = "s8" | "u8" | "s16" | "u16" | "s32" | "u32" | "u64";
/** Bytes of an access. */
export type AccessSize = 1 | 2 | 4 | 8;

/**
 * The part of an instruction that is written in TypeScript. `services` is what the architecture offers it,
 * `instruction` the instruction word.
 * @returns true when the instruction is complete and the next one follows; false when the program counter was set
 * (a trap, a return, a jump).
 */
export type Callout<Services> = (services: Services, instruction: number) => boolean;

export interface Semantics<Services> {
  // Operands.
  rs1(): I64;
  rs2(): I64;
  rs3(): I64;
  /** Low halves of the source registers. */
  rs1Low(): I32;
  rs2Low(): I32;
  imm(): I64;
  imm32(): I32;
  /** Address of this instruction. */
  pc(): I64;
  /** Address of the instruction that follows it in memory. */
  nextPc(): I64;
  setRd(result: I64): void;
  /** A state word of the guest that is not an operand, by slot number, and its low half. */
  state(slot: number): I64;
  stateLow(slot: number): I32;
  setStateLow(slot: number, low: I32): void;

  // Arithmetic. Shift amounts count modulo the width.
  i64(constant: bigint): I64;
  i32(constant: number): I32;
  add(a: I64, b: I64): I64;
  sub(a: I64, b: I64): I64;
  mul(a: I64, b: I64): I64;
  /** Divisors must not be zero, and the quotient must fit. */
  divS(a: I64, b: I64): I64;
  divU(a: I64, b: I64): I64;
  remS(a: I64, b: I64): I64;
  remU(a: I64, b: I64): I64;
  and(a: I64, b: I64): I64;
  or(a: I64, b: I64): I64;
  xor(a: I64, b: I64): I64;
  shl(a: I64, b: I64): I64;
  shrS(a: I64, b: I64): I64;
  shrU(a: I64, b: I64): I64;
  rotl(a: I64, b: I64): I64;
  rotr(a: I64, b: I64): I64;
  clz(a: I64): I64;
  ctz(a: I64): I64;
  popcnt(a: I64): I64;
  extend8(a: I64): I64;
  extend16(a: I64): I64;
  extend32(a: I64): I64;
  add32(a: I32, b: I32): I32;
  sub32(a: I32, b: I32): I32;
  mul32(a: I32, b: I32): I32;
  divS32(a: I32, b: I32): I32;
  divU32(a: I32, b: I32): I32;
  remS32(a: I32, b: I32): I32;
  remU32(a: I32, b: I32): I32;
  and32(a: I32, b: I32): I32;
  or32(a: I32, b: I32): I32;
  shl32(a: I32, b: I32): I32;
  shrS32(a: I32, b: I32): I32;
  shrU32(a: I32, b: I32): I32;
  rotl32(a: I32, b: I32): I32;
  rotr32(a: I32, b: I32): I32;
  clz32(a: I32): I32;
  ctz32(a: I32): I32;
  popcnt32(a: I32): I32;
  eq(a: I64, b: I64): I32;
  ne(a: I64, b: I64): I32;
  ltS(a: I64, b: I64): I32;
  ltU(a: I64, b: I64): I32;
  geS(a: I64, b: I64): I32;
  geU(a: I64, b: I64): I32;
  eqz(a: I64): I32;
  eqz32(a: I32): I32;
  eq32(a: I32, b: I32): I32;
  wrap(a: I64): I32;
  signed(a: I32): I64;
  unsigned(a: I32): I64;

  // Floating point of the host: IEEE 754, rounded to nearest even, no flags, NaN results unspecified.
  /** The number that the low `width` bits stand for. */
  toFloat(width: FloatWidth, pattern: I64): Float;
  /** The pattern of a number, zero-extended. */
  fromFloat(width: FloatWidth, number: Float): I64;
  floatArithmetic(
    width: FloatWidth,
    operation: "add" | "sub" | "mul" | "div",
    a: Float,
    b: Float,
  ): Float;
  floatSqrt(width: FloatWidth, a: Float): Float;
  /** The lesser or the greater of two numbers; -0 is less than +0. */
  floatExtremum(width: FloatWidth, which: "min" | "max", a: Float, b: Float): Float;
  floatConstant(width: FloatWidth, constant: number): Float;
  /** From 32 bits to 64, exactly; from 64 to 32, rounded. */
  promote(a: Float): Float;
  demote(a: Float): Float;
  /** The nearest integral number, of width 64; the even one of two. */
  floatNearest(a: Float): Float;
  /** The number nearest to an integer. */
  floatFromS(width: FloatWidth, integer: I64): Float;
  floatFromU(width: FloatWidth, integer: I64): Float;
  /** From width 64 toward zero; out of range the nearest bound, for a NaN 0. */
  floatToS(a: Float): I64;
  floatToU(a: Float): I64;
  floatCompare(width: FloatWidth, relation: "eq" | "lt" | "le", a: Float, b: Float): I32;

  // Structure.
  hold(a: I64): Held<I64>;
  hold32(a: I32): Held<I32>;
  holdFloat(width: FloatWidth, a: Float): Held<Float>;
  /** Exactly one of the branches is evaluated. */
  choose(condition: I32, then: () => I64, otherwise: () => I64): I64;
  choose32(condition: I32, then: () => I32, otherwise: () => I32): I32;
  /** The same for effects. */
  when(condition: I32, then: () => void, otherwise: () => void): void;
  /** `a` where the condition holds, else `b`; both are evaluated. */
  select(a: I64, b: I64, condition: I32): I64;

  // Memory. A fault ends the instruction before anything after the access happens.
  load(kind: LoadKind, address: I64): I64;
  store(size: AccessSize, address: I64, value: I64): void;
  /** Atomic read-modify-write. @returns the old value, sign-extended. */
  amo(size: 4 | 8, address: I64, update: (old: Held<I64>) => I64): I64;
  /** Load that reserves its address. @returns the value, sign-extended. */
  loadReserved(size: 4 | 8, address: I64): I64;
  /** @returns 0 when the reservation held and the value was stored, else 1. */
  storeConditional(size: 4 | 8, address: I64, value: I64): I64;

  // Control. Each of these is the last thing an instruction does.
  /** Jumps to pc + imm when the condition holds. */
  branch(condition: I32): void;
  /** Jumps to pc + imm. */
  jump(): void;
  /** Jumps to an address, bit 0 of which is ignored. */
  jumpTo(address: I64): void;
  /** Ends the instruction as an illegal one when the condition holds. Comes before any effect. */
  illegalIf(condition: I32): void;
  illegal(): void;
  /** Runs a callout in the middle of guest code. Comes last; what it does not return from is a trap. */
  call(callout: Callout<Services>): void;
  /**
   * Runs a callout after which translation regime, interrupts or the program counter may differ.
   * @param retired emits what is to happen after it, unless it was a trap
   */
  callAndLeave(callout: Callout<Services>, retired?: () => void): void;

  // Cells of instruments: 64-bit words of a replica that no guest sees, no ballot and no checkpoint holds. Numbers count
  // from the first cell of all instruments.
  /** Adds one to a cell. */
  count(cell: number): void;
  cell(cell: number): I64;
  setCell(cell: number, value: I64): void;
  /** Adds one to the cell that an index chooses, modulo `cells`, a power of two. */
  countAt(first: number, cells: number, index: I32): void;

  // Shadow registers: a second register file of each hart, for the instrument that asks for it (Instrument.shadow). No
  // guest sees it, and no ballot and no checkpoint holds it. What is written in TypeScript is written to both files.
  /** The shadow of a source register. */
  shadow(operand: ShadowOperand): I64;
  /** Comes with every `setRd`, and like it after everything that can trap or halt. */
  setShadowRd(value: I64): void;
  /** The value as it is, made such that no optimiser can tell: what is computed from both is computed twice. */
  apart(value: I64): I64;
  /** In front of `branch`, `jump` and `jumpTo`: where the shadow goes. The last may be called with any address. */
  shadowBranch(condition: I32): void;
  shadowJump(): void;
  shadowJumpTo(address: I64): void;
  /** Halts where execution came by another way than the shadow's. In front of what lasts: stores. */
  checkPath(): void;
  /** Ends the replica as one that found itself faulty when the condition holds. Comes before any effect. */
  haltIf(condition: I32, what: string): void;
}

export type ShadowOperand = "rs1" | "rs2" | "rs3";

/** What of the shadow is in use: the registers alone, or where it goes too. */
export type ShadowUse = "registers" | "path";
