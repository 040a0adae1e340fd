// What a row says about one instruction: encoding, operands, assembly text and semantics, together.
import type { Semantics } from "../engine/semantics.ts";
import type { HartServices } from "./hart-services.ts";
import {
  B_IMMEDIATE,
  I_IMMEDIATE,
  type Immediate,
  J_IMMEDIATE,
  NO_IMMEDIATE,
  S_IMMEDIATE,
  SHAMT5,
  SHAMT6,
  U_IMMEDIATE,
} from "./immediates.ts";

export type Rv = Semantics<HartServices>;
export type RegisterFile = "x" | "f";

/** Which registers an instruction names, by operand field, and its immediate. */
export interface Format {
  readonly rd?: RegisterFile;
  readonly rs1?: RegisterFile;
  readonly rs2?: RegisterFile;
  readonly rs3?: RegisterFile;
  readonly immediate: Immediate;
}

export interface Row {
  readonly name: string;
  /** The bits that identify it, and their values. */
  readonly mask: number;
  readonly match: number;
  readonly format: Format;
  /** Operands in assembly: rd, rs1, fd, fs1, imm ... (see disassembler.ts). */
  readonly operands: string;
  readonly semantics: (x: Rv) => void;
}

export interface Encoding {
  readonly mask: number;
  readonly match: number;
}

/** Major opcodes (Unprivileged ISA, table of the base opcode map), with the two low bits. */
export const OPCODE = {
  load: 0x03,
  loadFp: 0x07,
  miscMem: 0x0f,
  opImm: 0x13,
  auipc: 0x17,
  opImm32: 0x1b,
  store: 0x23,
  storeFp: 0x27,
  amo: 0x2f,
  op: 0x33,
  lui: 0x37,
  op32: 0x3b,
  madd: 0x43,
  msub: 0x47,
  nmsub: 0x4b,
  nmadd: 0x4f,
  opFp: 0x53,
  branch: 0x63,
  jalr: 0x67,
  jal: 0x6f,
  system: 0x73,
} as const;

export const R: Format = { rd: "x", rs1: "x", rs2: "x", immediate: NO_IMMEDIATE };
/** One source: the rs2 field is part of the encoding. */
export const R1: Format = { rd: "x", rs1: "x", immediate: NO_IMMEDIATE };
export const I: Format = { rd: "x", rs1: "x", immediate: I_IMMEDIATE };
export const S: Format = { rs1: "x", rs2: "x", immediate: S_IMMEDIATE };
export const B: Format = { rs1: "x", rs2: "x", immediate: B_IMMEDIATE };
export const U: Format = { rd: "x", immediate: U_IMMEDIATE };
export const J: Format = { rd: "x", immediate: J_IMMEDIATE };
export const SHIFT6: Format = { rd: "x", rs1: "x", immediate: SHAMT6 };
export const SHIFT5: Format = { rd: "x", rs1: "x", immediate: SHAMT5 };
/** No operands at all. */
export const NONE: Format = { immediate: NO_IMMEDIATE };

export function opcodeOnly(opcode: number): Encoding {
  return { mask: 0x7f, match: opcode };
}

export function funct3(opcode: number, f3: number): Encoding {
  return { mask: 0x707f, match: (f3 << 12) | opcode };
}

export function funct7(opcode: number, f3: number, f7: number): Encoding {
  return { mask: 0xfe00_707f, match: (f7 << 25) | (f3 << 12) | opcode };
}

/** Shifts by 6 bits: funct6 above the shift amount. */
export function funct6(opcode: number, f3: number, f6: number): Encoding {
  return { mask: 0xfc00_707f, match: (f6 << 26) | (f3 << 12) | opcode };
}

/** funct7 and the rs2 field together. */
export function funct12(opcode: number, f3: number, f12: number): Encoding {
  return { mask: 0xfff0_707f, match: (f12 << 20) | (f3 << 12) | opcode };
}

/** A word without operands. */
export function word(match: number): Encoding {
  return { mask: 0xffff_ffff, match };
}

export function row(
  name: string,
  encoding: Encoding,
  format: Format,
  operands: string,
  semantics: (x: Rv) => void,
): Row {
  return {
    name,
    mask: encoding.mask >>> 0,
    match: encoding.match >>> 0,
    format,
    operands,
    semantics,
  };
}
