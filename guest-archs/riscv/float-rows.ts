// The instructions that F and D have in common, for one precision (Unprivileged ISA, chapters 20 and 21).
import type { I64 } from "../engine/semantics.ts";
import {
  add,
  div,
  type Flags,
  fma,
  fromInteger,
  INT32,
  INT64,
  type IntegerFormat,
  max,
  min,
  mul,
  sqrt,
  sub,
  toInteger,
  UINT32,
  UINT64,
} from "../engine/softfloat/index.ts";
import { classifyFloat, compareFloats, quickExtremum } from "./float-comparisons.ts";
import { type IntegerName, quickFromInteger, quickToInteger } from "./float-conversions.ts";
import { markDirty, requireFloat } from "./float-dirty.ts";
import { quickFused } from "./float-fused.ts";
import { floatRow, opFp, type Precision } from "./float-operation.ts";
import { BOX, unboxed } from "./float-patterns.ts";
import {
  type QuickPath,
  quickProduct,
  quickQuotient,
  quickSqrt,
  quickSum,
} from "./float-quick-path.ts";
import { I_IMMEDIATE, NO_IMMEDIATE, S_IMMEDIATE } from "./immediates.ts";
import { type Format, funct3, OPCODE, type Row, row, type Rv } from "./row.ts";

const LOAD: Format = { rd: "f", rs1: "x", immediate: I_IMMEDIATE };
const STORE: Format = { rs1: "x", rs2: "f", immediate: S_IMMEDIATE };
const SIGN: Format = { rd: "f", rs1: "f", rs2: "f", immediate: NO_IMMEDIATE };
const COMPARE: Format = { rd: "x", rs1: "f", rs2: "f", immediate: NO_IMMEDIATE };
const TO_X: Format = { rd: "x", rs1: "f", immediate: NO_IMMEDIATE };
const TO_F: Format = { rd: "f", rs1: "x", immediate: NO_IMMEDIATE };

/** Integer types by the rs2 field of conversions. */
const INTEGERS: readonly (readonly [name: IntegerName, format: IntegerFormat])[] = [
  ["w", INT32],
  ["wu", UINT32],
  ["l", INT64],
  ["lu", UINT64],
];

type Binary = typeof add;

/** All rows of one precision. */
export function floatRows(precision: Precision): readonly Row[] {
  return [
    ...memoryRows(precision),
    ...fusedRows(precision),
    ...arithmeticRows(precision),
    ...signRows(precision),
    ...comparisonRows(precision),
    ...integerRows(precision),
  ];
}

function memoryRows({ letter, fmt }: Precision): readonly Row[] {
  const isSingle = letter === "s";
  const width = fmt + 2;
  return [
    row(isSingle ? "flw" : "fld", funct3(OPCODE.loadFp, width), LOAD, "fd, imm(rs1)", (x) => {
      const status = requireFloat(x);
      const value = (): I64 => x.load(isSingle ? "u32" : "u64", x.add(x.rs1(), x.imm()));
      x.setRd(isSingle ? x.or(value(), x.i64(BOX)) : value());
      markDirty(x, status);
    }),
    row(isSingle ? "fsw" : "fsd", funct3(OPCODE.storeFp, width), STORE, "fs2, imm(rs1)", (x) => {
      requireFloat(x);
      x.store(isSingle ? 4 : 8, x.add(x.rs1(), x.imm()), x.rs2());
    }),
  ];
}

/** The variants flip the signs of product and addend. */
function fusedRows({ letter, fmt, format, unbox, box }: Precision): readonly Row[] {
  const width = letter === "s" ? 32 : 64;
  const fused = (
    name: string,
    opcode: number,
    isProductFlipped: boolean,
    isAddendFlipped: boolean,
  ): Row =>
    floatRow({
      quick: quickFused(width, { isProductFlipped, isAddendFlipped }),
      name: `${name}.${letter}`,
      encoding: { mask: 0x0600_007f, match: (fmt << 25) | opcode },
      rd: "f",
      rs1: "f",
      sources: 3,
      hasRoundingMode: true,
      evaluate: ({ rs1, rs2, rs3, mode, flags }) => {
        const a = unbox(rs1) ^ (isProductFlipped ? format.signBit : 0n);
        const c = unbox(rs3) ^ (isAddendFlipped ? format.signBit : 0n);
        return box(fma(format, a, unbox(rs2), c, mode, flags));
      },
    });
  return [
    fused("fmadd", OPCODE.madd, false, false),
    fused("fmsub", OPCODE.msub, false, true),
    fused("fnmsub", OPCODE.nmsub, true, false),
    fused("fnmadd", OPCODE.nmadd, true, true),
  ];
}

function arithmeticRows({ letter, fmt, format, unbox, box }: Precision): readonly Row[] {
  const width = letter === "s" ? 32 : 64;
  const binary = (name: string, funct7: number, operation: Binary, quick: QuickPath): Row =>
    floatRow({
      quick,
      name: `${name}.${letter}`,
      encoding: opFp(funct7 | fmt),
      rd: "f",
      rs1: "f",
      sources: 2,
      hasRoundingMode: true,
      evaluate: ({ rs1, rs2, mode, flags }) =>
        box(operation(format, unbox(rs1), unbox(rs2), mode, flags)),
    });
  const extremum = (
    name: "min" | "max",
    f3: number,
    operation: (f: typeof format, a: bigint, b: bigint, flags: Flags) => bigint,
  ): Row =>
    floatRow({
      quick: quickExtremum(width, name),
      name: `f${name}.${letter}`,
      encoding: opFp(0x14 | fmt, { f3 }),
      rd: "f",
      rs1: "f",
      sources: 2,
      hasRoundingMode: false,
      evaluate: ({ rs1, rs2, flags }) => box(operation(format, unbox(rs1), unbox(rs2), flags)),
    });
  return [
    binary("fadd", 0x00, add, quickSum(width, "add")),
    binary("fsub", 0x04, sub, quickSum(width, "sub")),
    binary("fmul", 0x08, mul, quickProduct(width)),
    binary("fdiv", 0x0c, div, quickQuotient(width)),
    floatRow({
      quick: quickSqrt(width),
      name: `fsqrt.${letter}`,
      encoding: opFp(0x2c | fmt, { rs2: 0 }),
      rd: "f",
      rs1: "f",
      sources: 1,
      hasRoundingMode: true,
      evaluate: ({ rs1, mode, flags }) => box(sqrt(format, unbox(rs1), mode, flags)),
    }),
    extremum("min", 0, min),
    extremum("max", 1, max),
  ];
}

/** Sign injection: exact bit operations, no flags. */
function signRows({ letter, fmt, format }: Precision): readonly Row[] {
  const isSingle = letter === "s";
  const width = isSingle ? 32 : 64;
  const pattern = (x: Rv, register: I64): I64 => unboxed(x, width, register).get();
  const sign = (name: string, f3: number, signOf: (x: Rv) => I64): Row =>
    row(`${name}.${letter}`, opFp(0x10 | fmt, { f3 }), SIGN, "fd, fs1, fs2", (x) => {
      const status = requireFloat(x);
      const rest = isSingle ? 0x7fff_ffffn : ~format.signBit;
      const magnitude = x.and(pattern(x, x.rs1()), x.i64(rest));
      const result = x.or(magnitude, x.and(signOf(x), x.i64(format.signBit)));
      x.setRd(isSingle ? x.or(result, x.i64(BOX)) : result);
      markDirty(x, status);
    });
  return [
    sign("fsgnj", 0, (x) => pattern(x, x.rs2())),
    sign("fsgnjn", 1, (x) => x.xor(pattern(x, x.rs2()), x.i64(-1n))),
    sign("fsgnjx", 2, (x) => x.xor(pattern(x, x.rs1()), pattern(x, x.rs2()))),
  ];
}

function comparisonRows({ letter, fmt }: Precision): readonly Row[] {
  const width = letter === "s" ? 32 : 64;
  const compare = (relation: "eq" | "lt" | "le", f3: number): Row =>
    row(`f${relation}.${letter}`, opFp(0x50 | fmt, { f3 }), COMPARE, "rd, fs1, fs2", (x) => {
      compareFloats(x, width, relation, requireFloat(x));
    });
  return [
    compare("le", 0),
    compare("lt", 1),
    compare("eq", 2),
    row(`fclass.${letter}`, opFp(0x70 | fmt, { f3: 1, rs2: 0 }), TO_X, "rd, fs1", (x) => {
      requireFloat(x);
      classifyFloat(x, width);
    }),
  ];
}

/** Conversions from and to integers, and moves of bit patterns. */
function integerRows({ letter, fmt, format, unbox, box }: Precision): readonly Row[] {
  const isSingle = letter === "s";
  const pattern = isSingle ? "w" : "d";
  const width = isSingle ? 32 : 64;
  return [
    ...INTEGERS.flatMap(([name, integer], rs2) => [
      floatRow({
        quick: quickToInteger(width, name),
        name: `fcvt.${name}.${letter}`,
        encoding: opFp(0x60 | fmt, { rs2 }),
        rd: "x",
        rs1: "f",
        sources: 1,
        hasRoundingMode: true,
        // 32-bit results are sign-extended, unsigned ones too.
        evaluate: ({ rs1, mode, flags }) =>
          BigInt.asIntN(integer.width, toInteger(format, integer, unbox(rs1), mode, flags)),
      }),
      floatRow({
        quick: quickFromInteger(width, name),
        name: `fcvt.${letter}.${name}`,
        encoding: opFp(0x68 | fmt, { rs2 }),
        rd: "f",
        rs1: "x",
        sources: 1,
        hasRoundingMode: true,
        evaluate: ({ rs1, mode, flags }) => box(fromInteger(format, integer, rs1, mode, flags)),
      }),
    ]),
    row(`fmv.x.${pattern}`, opFp(0x70 | fmt, { f3: 0, rs2: 0 }), TO_X, "rd, fs1", (x) => {
      requireFloat(x);
      x.setRd(isSingle ? x.extend32(x.rs1()) : x.rs1());
    }),
    row(`fmv.${pattern}.x`, opFp(0x78 | fmt, { f3: 0, rs2: 0 }), TO_F, "fd, rs1", (x) => {
      const status = requireFloat(x);
      x.setRd(isSingle ? x.or(x.rs1(), x.i64(BOX)) : x.rs1());
      markDirty(x, status);
    }),
  ];
}
