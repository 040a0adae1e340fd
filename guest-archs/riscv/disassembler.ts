// Disassembler, from the assembly text of the rows. Words of a row's operands are replaced: rd, rs1, rs2 by integer
// registers, fd, fs1, fs2, fs3 by floating-point ones, imm, csr, zimm and rm by the fields of these names.
import { expandCompressed, findRow } from "./decoder.ts";
import { bits } from "./immediates.ts";

const ROUNDING_MODES = [
  "rne",
  "rtz",
  "rdn",
  "rup",
  "rmm",
  "reserved5",
  "reserved6",
  "dyn",
] as const;

type Field = (word: number, immediate: number) => string;

const FIELDS: Readonly<Record<string, Field>> = {
  rd: (word) => `x${bits(word, 11, 7)}`,
  rs1: (word) => `x${bits(word, 19, 15)}`,
  rs2: (word) => `x${bits(word, 24, 20)}`,
  fd: (word) => `f${bits(word, 11, 7)}`,
  fs1: (word) => `f${bits(word, 19, 15)}`,
  fs2: (word) => `f${bits(word, 24, 20)}`,
  fs3: (word) => `f${bits(word, 31, 27)}`,
  imm: (_word, immediate) => String(immediate),
  csr: (word) => `0x${(word >>> 20).toString(16)}`,
  zimm: (word) => String(bits(word, 19, 15)),
  rm: (word) => ROUNDING_MODES[bits(word, 14, 12)] as string,
};

/**
 * @param word an instruction as fetched: 32 bits, or 16 for a compressed one, which reads as what it expands to
 * @returns for example "addi x1, x2, -5"; jump targets are relative to the instruction
 */
export function disassemble(word: number): string {
  const full = (word & 3) === 3 ? word : expandCompressed(word);
  const found = full === undefined ? undefined : findRow(full);
  if (full === undefined || found === undefined) return `illegal 0x${(word >>> 0).toString(16)}`;
  const [row] = found;
  const immediate = row.format.immediate.decode(full);
  const operands = row.operands.replaceAll(/[a-z]+\d?/g, (name) => {
    const field = FIELDS[name];
    if (field === undefined) throw new Error(`row ${row.name} names an unknown operand ${name}`);
    return field(full, immediate);
  });
  return operands === "" ? row.name : `${row.name} ${operands}`;
}
