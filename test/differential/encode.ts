// The instruction formats of RISC-V, written from the manual and on purpose apart from guest-archs/riscv: a mistake
// in the encodings there must show as a difference from QEMU, so nothing here may come from there.

export interface Instruction {
  readonly bytes: 2 | 4;
  readonly word: number;
  /** Assembly text for listings. */
  readonly text: string;
}

export const x = (register: number): string => `x${register}`;
export const f = (register: number): string => `f${register}`;

/** Bits `high` to `low` of `value`, shifted down. */
export function field(value: number, high: number, low: number): number {
  return (value >>> low) & (2 ** (high - low + 1) - 1);
}

export function wide(word: number, text: string): Instruction {
  return { bytes: 4, word: word >>> 0, text };
}

export function narrow(word: number, text: string): Instruction {
  return { bytes: 2, word: word & 0xffff, text };
}

export function rType(
  opcode: number,
  f3: number,
  f7: number,
  rd: number,
  rs1: number,
  rs2: number,
): number {
  return (f7 << 25) | (rs2 << 20) | (rs1 << 15) | (f3 << 12) | (rd << 7) | opcode;
}

export function iType(opcode: number, f3: number, rd: number, rs1: number, imm: number): number {
  return (field(imm, 11, 0) << 20) | (rs1 << 15) | (f3 << 12) | (rd << 7) | opcode;
}

export function sType(opcode: number, f3: number, rs1: number, rs2: number, imm: number): number {
  return rType(opcode, f3, field(imm, 11, 5), field(imm, 4, 0), rs1, rs2);
}

export function bType(f3: number, rs1: number, rs2: number, offset: number): number {
  const upper = (field(offset, 12, 12) << 6) | field(offset, 10, 5);
  const lower = (field(offset, 4, 1) << 1) | field(offset, 11, 11);
  return rType(0x63, f3, upper, lower, rs1, rs2);
}

/** `upper` is the 20-bit field itself. */
export function uType(opcode: number, rd: number, upper: number): number {
  return (field(upper, 19, 0) << 12) | (rd << 7) | opcode;
}

export function jType(rd: number, offset: number): number {
  const bits =
    (field(offset, 20, 20) << 19) |
    (field(offset, 10, 1) << 9) |
    (field(offset, 11, 11) << 8) |
    field(offset, 19, 12);
  return uType(0x6f, rd, bits);
}

/** c.beqz (`f3` 6) and c.bnez (7). */
export function cbType(f3: number, rs1: number, offset: number): number {
  return (
    (f3 << 13) |
    (field(offset, 8, 8) << 12) |
    (field(offset, 4, 3) << 10) |
    ((rs1 - 8) << 7) |
    (field(offset, 7, 6) << 5) |
    (field(offset, 2, 1) << 3) |
    (field(offset, 5, 5) << 2) |
    1
  );
}

/** c.j. */
export function cjType(offset: number): number {
  return (
    (5 << 13) |
    (field(offset, 11, 11) << 12) |
    (field(offset, 4, 4) << 11) |
    (field(offset, 9, 8) << 9) |
    (field(offset, 10, 10) << 8) |
    (field(offset, 6, 6) << 7) |
    (field(offset, 7, 7) << 6) |
    (field(offset, 3, 1) << 3) |
    (field(offset, 5, 5) << 2) |
    1
  );
}
