// Decoder, generated from the rows: by major opcode and funct3, then the first row whose fixed bits match.
import type { DecodedRecord, InstructionSet } from "../engine/code-cache.ts";
import { PSEUDO_OP } from "../engine/record-layout.ts";
import { SLOT } from "./hart-layout.ts";
import { INSTRUCTIONS } from "./isa.ts";
import type { RegisterFile, Row } from "./row.ts";
import { COMPRESSIBLE, type CompressedRow, RV64C } from "./rows/rv64c.ts";

const FUNCT3 = 7 << 12;

/** Rows that leave funct3 open are found under each. */
const byOpcode: readonly (readonly (readonly [Row, number])[])[] = Array.from(
  { length: 256 },
  (_, bucket) =>
    INSTRUCTIONS.map((row, index): readonly [Row, number] => [row, index]).filter(
      ([{ match, mask }]) =>
        ((match >>> 2) & 31) === bucket >>> 3 && ((match ^ (bucket << 12)) & mask & FUNCT3) === 0,
    ),
);

/** By quadrant and funct3, both inside the mask of every row. */
const byQuadrant: readonly (readonly CompressedRow[])[] = Array.from({ length: 32 }, (_, index) =>
  RV64C.filter((row) => (((row.match >>> 13) << 2) | (row.match & 3)) === index),
);

/** An operation of the interpreter: a row at one length. Only some rows have a compressed form. */
export const OPERATIONS: readonly { readonly row: Row; readonly length: 2 | 4 }[] = [
  ...INSTRUCTIONS.map((row) => ({ row, length: 4 as const })),
  ...INSTRUCTIONS.filter(({ name }) => COMPRESSIBLE.has(name)).map((row) => ({
    row,
    length: 2 as const,
  })),
];

/** Operation numbers by index of the row. */
const FULL_OP: readonly (number | undefined)[] = operationNumbers(4);
const COMPRESSED_OP: readonly (number | undefined)[] = operationNumbers(2);

function operationNumbers(length: 2 | 4): readonly (number | undefined)[] {
  return INSTRUCTIONS.map((row) => {
    const index = OPERATIONS.findIndex((o) => o.row === row && o.length === length);
    return index < 0 ? undefined : PSEUDO_OP.first + index;
  });
}

/** @returns the row of a 32-bit instruction and its index, or undefined for an illegal one. */
export function findRow(word: number): readonly [Row, number] | undefined {
  if ((word & 3) !== 3) return undefined;
  const bucket = ((word << 1) & 0xf8) | ((word >>> 12) & 7);
  return byOpcode[bucket]?.find(([row]) => (word & row.mask) >>> 0 === row.match);
}

/** @returns the 32-bit instruction that a compressed one stands for, or undefined for an illegal one. */
export function expandCompressed(half: number): number | undefined {
  return byQuadrant[((half >>> 13) << 2) | (half & 3)]
    ?.find((row) => (half & row.mask) === row.match)
    ?.expand(half);
}

function slotOf(file: RegisterFile | undefined, register: number): number {
  return file === "f" ? SLOT.f + register : SLOT.x + register;
}

function destinationSlot(file: RegisterFile | undefined, register: number): number {
  return file === "x" && register === 0 ? SLOT.sink : slotOf(file, register);
}

export const INSTRUCTION_SET: InstructionSet = {
  length: (half) => ((half & 3) === 3 ? 4 : 2),

  decode(word: number): DecodedRecord {
    const length = (word & 3) === 3 ? 4 : 2;
    const full = length === 4 ? word : expandCompressed(word);
    const found = full === undefined ? undefined : findRow(full);
    if (full === undefined || found === undefined) {
      return { op: PSEUDO_OP.illegal, rd: 0, rs1: 0, rs2: 0, imm: 0, word };
    }
    const [{ format }, index] = found;
    const op = (length === 4 ? FULL_OP : COMPRESSED_OP)[index];
    if (op === undefined) throw new Error(`no operation for 0x${word.toString(16)}`);
    return {
      op,
      rd: destinationSlot(format.rd, (full >>> 7) & 31),
      rs1: slotOf(format.rs1, (full >>> 15) & 31),
      rs2: slotOf(format.rs2, (full >>> 20) & 31),
      rs3: slotOf(format.rs3, full >>> 27),
      imm: format.immediate.decode(full),
      word,
    };
  },
};
