// A small assembler over the rows: reads the operand text that the disassembler writes.
import { INSTRUCTIONS } from "../../../guest-archs/riscv/isa.ts";
import { RV64C } from "../../../guest-archs/riscv/rows/rv64c.ts";

const ROUNDING_MODES = ["rne", "rtz", "rdn", "rup", "rmm", "reserved5", "reserved6", "dyn"];

const REGISTER_SHIFT: Readonly<Record<string, number>> = {
  rd: 7,
  rs1: 15,
  rs2: 20,
  fd: 7,
  fs1: 15,
  fs2: 20,
  fs3: 27,
};

const byName = new Map(INSTRUCTIONS.map((row) => [row.name, row]));

/** @returns the instruction word of for example "addi x1, x2, -5". */
export function assemble(line: string): number {
  const [name = "", ...rest] = line.trim().split(/\s+/);
  const row = byName.get(name);
  if (row === undefined) throw new Error(`unknown instruction in "${line}"`);
  const names = row.operands.match(/[a-z]+\d?/g) ?? [];
  const values = rest.join(" ").match(/[\w.-]+/g) ?? [];
  if (values.length !== names.length) throw new Error(`"${line}" needs operands ${row.operands}`);
  let word = row.match;
  for (const [index, operand] of names.entries()) {
    word |= encode(operand, values[index] ?? "", row.format.immediate);
  }
  return word >>> 0;
}

/** A whole program, one instruction per line. */
export function program(text: string): number[] {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "")
    .map(assemble);
}

/** A compressed instruction: the fixed bits of its row and the others as given. */
export function compressedWord(name: string, otherBits: number): number {
  const row = RV64C.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`unknown instruction ${name}`);
  return row.match | otherBits;
}

function encode(
  operand: string,
  value: string,
  immediate: { encode(value: number): number },
): number {
  const shift = REGISTER_SHIFT[operand];
  if (shift !== undefined) return Number(value.slice(1)) << shift;
  if (operand === "rm") return ROUNDING_MODES.indexOf(value) << 12;
  if (operand === "zimm") return Number(value) << 15;
  return operand === "csr" ? Number(value) << 20 : immediate.encode(Number(value));
}
