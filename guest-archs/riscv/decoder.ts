// Decoder, generated from the rows: by major opcode, then the first row whose fixed bits match.
import type { DecodedRecord, InstructionSet } from "../engine/code-cache.ts";
import { PSEUDO_OP } from "../engine/record-layout.ts";
import { SLOT } from "./hart-layout.ts";
import { INSTRUCTIONS } from "./isa.ts";
import type { RegisterFile, Row } from "./row.ts";
import { type CompressedRow, RV64C } from "./rows/rv64c.ts";

const byOpcode: readonly (readonly (readonly [Row, number])[])[] = Array.from(
  { length: 32 },
  (_, opcode) =>
    INSTRUCTIONS.map((row, index): readonly [Row, number] => [row, index]).filter(
      ([row]) => ((row.match >>> 2) & 31) === opcode,
    ),
);

/** By quadrant and funct3, both inside the mask of every row. */
const byQuadrant: readonly (readonly CompressedRow[])[] = Array.from({ length: 32 }, (_, index) =>
  RV64C.filter((row) => (((row.match >>> 13) << 2) | (row.match & 3)) === index),
);

/** @returns the row of a 32-bit instruction and its index, or undefined for an illegal one. */
export function findRow(word: number): readonly [Row, number] | undefined {
  if ((word & 3) !== 3) return undefined;
  return byOpcode[(word >>> 2) & 31]?.find(([row]) => (word & row.mask) >>> 0 === row.match);
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
      return { op: PSEUDO_OP.illegal, rd: 0, rs1: 0, rs2: 0, length, imm: 0, word };
    }
    const [{ format }, index] = found;
    return {
      op: PSEUDO_OP.first + index,
      rd: destinationSlot(format.rd, (full >>> 7) & 31),
      rs1: slotOf(format.rs1, (full >>> 15) & 31),
      rs2: slotOf(format.rs2, (full >>> 20) & 31),
      length,
      imm: format.immediate.decode(full),
      word,
    };
  },
};
