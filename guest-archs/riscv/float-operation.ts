// Building blocks of the floating-point rows (Unprivileged ISA, chapters 20 and 21): NaN boxing, and the way from a row to exact arithmetic.
import { BINARY32, BINARY64, type Format as FloatFormat } from "../engine/softfloat/index.ts";
import type { QuickPath } from "./float-quick-path.ts";
import type { FloatOperands } from "./hart-services.ts";
import { ROUNDING } from "./float-rounding.ts";
import { type Encoding, type Format, OPCODE, type RegisterFile, type Row, row } from "./row.ts";

/** One of the two precisions: its letter in names, its fmt field, its format. */
export interface Precision {
  readonly letter: "s" | "d";
  readonly fmt: 0 | 1;
  readonly format: FloatFormat;
  /** From a register to a bit pattern: a single that is not NaN-boxed counts as the canonical NaN. */
  unbox(register: bigint): bigint;
  box(pattern: bigint): bigint;
}

const BOX = 0xffff_ffff_0000_0000n;

export const SINGLE: Precision = {
  letter: "s",
  fmt: 0,
  format: BINARY32,
  unbox: (register) => ((register & BOX) === BOX ? register & 0xffff_ffffn : BINARY32.canonicalNan),
  box: (pattern) => pattern | BOX,
};

export const DOUBLE: Precision = {
  letter: "d",
  fmt: 1,
  format: BINARY64,
  unbox: (register) => register,
  box: (pattern) => pattern,
};

/** An OP-FP encoding with a free rounding mode, or with funct3; with a free or a fixed rs2 field. */
export function opFp(funct7: number, fields: { f3?: number; rs2?: number } = {}): Encoding {
  const { f3, rs2 } = fields;
  return {
    mask: 0xfe00_007f | (f3 === undefined ? 0 : 0x7000) | (rs2 === undefined ? 0 : 0x01f0_0000),
    match: (funct7 << 25) | ((rs2 ?? 0) << 20) | ((f3 ?? 0) << 12) | OPCODE.opFp,
  };
}

export interface FloatRow {
  readonly name: string;
  readonly encoding: Encoding;
  readonly rd: RegisterFile;
  readonly rs1: RegisterFile;
  /** How many sources there are. */
  readonly sources: 1 | 2 | 3;
  readonly hasRoundingMode: boolean;
  /** @returns the new value of rd from raw registers. */
  readonly evaluate: (operands: FloatOperands) => bigint;
  /** The quick way through the host's arithmetic, where `evaluate` would give the same (float-quick-path.ts). */
  readonly quick?: QuickPath;
}

/** A row whose result exact arithmetic computes, which is also what looks at mstatus.FS. */
export function floatRow({
  name,
  encoding,
  rd,
  rs1,
  sources,
  hasRoundingMode,
  evaluate,
  quick,
}: FloatRow): Row {
  const format: Format = {
    rd,
    rs1,
    immediate: ROUNDING,
    ...(sources > 1 && { rs2: "f" }),
    ...(sources > 2 && { rs3: "f" }),
  };
  const names = [rd === "f" ? "fd" : "rd", rs1 === "f" ? "fs1" : "rs1", "fs2", "fs3"];
  const operands = names.slice(0, sources + 1).join(", ") + (hasRoundingMode ? ", rm" : "");
  const operation = { rd, rs1, hasRoundingMode, evaluate };
  return row(name, encoding, format, operands, (x) => {
    const exact = (): void => x.call((hart, word) => hart.float(word, operation));
    if (quick === undefined) exact();
    else quick(x, exact);
  });
}
