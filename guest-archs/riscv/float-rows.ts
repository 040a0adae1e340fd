// The instructions that F and D have in common, for one precision (Unprivileged ISA, chapters 20 and 21).
import type { I64 } from "../engine/semantics.ts";
import {
  add,
  classify,
  div,
  eq,
  type Flags,
  fma,
  fromInteger,
  INT32,
  INT64,
  type IntegerFormat,
  le,
  lt,
  max,
  min,
  mul,
  sqrt,
  sub,
  toInteger,
  UINT32,
  UINT64,
} from "../engine/softfloat/index.ts";
import { floatRow, markDirty, opFp, type Precision, requireFloat } from "./float-operation.ts";
import { quickArithmetic, quickCompare, type QuickPath, quickSqrt } from "./float-quick-path.ts";
import type { FloatOperands } from "./hart-services.ts";
import { I_IMMEDIATE, NO_IMMEDIATE, S_IMMEDIATE } from "./immediates.ts";
import { type Format, funct3, OPCODE, type Row, row, type Rv } from "./row.ts";

const LOAD: Format = { rd: "f", rs1: "x", immediate: I_IMMEDIATE };
const STORE: Format = { rs1: "x", rs2: "f", immediate: S_IMMEDIATE };
const SIGN: Format = { rd: "f", rs1: "f", rs2: "f", immediate: NO_IMMEDIATE };
const BOX = -(2n ** 32n);
const CANONICAL_NAN_SINGLE = 0x7fc0_0000n;

/** Integer types by the rs2 field of conversions. */
const INTEGERS: readonly (readonly [suffix: string, format: IntegerFormat])[] = [
  ["w", INT32],
  ["wu", UINT32],
  ["l", INT64],
  ["lu", UINT64],
];

type Binary = typeof add;
type Comparison = typeof eq;

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
      requireFloat(x);
      const value = (): I64 => x.load(isSingle ? "u32" : "u64", x.add(x.rs1(), x.imm()));
      x.setRd(isSingle ? x.or(value(), x.i64(BOX)) : value());
      markDirty(x);
    }),
    row(isSingle ? "fsw" : "fsd", funct3(OPCODE.storeFp, width), STORE, "fs2, imm(rs1)", (x) => {
      requireFloat(x);
      x.store(isSingle ? 4 : 8, x.add(x.rs1(), x.imm()), x.rs2());
    }),
  ];
}

/** The variants flip the signs of product and addend. */
function fusedRows({ letter, fmt, format, unbox, box }: Precision): readonly Row[] {
  const fused = (
    name: string,
    opcode: number,
    isProductFlipped: boolean,
    isAddendFlipped: boolean,
  ): Row =>
    floatRow({
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
  const binary = (
    name: string,
    funct7: number,
    operation: Binary,
    hostOperation: "add" | "sub" | "mul" | "div",
  ): Row =>
    floatRow({
      quick: quickArithmetic(width, hostOperation),
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
    name: string,
    f3: number,
    operation: (f: typeof format, a: bigint, b: bigint, flags: Flags) => bigint,
  ): Row =>
    floatRow({
      name: `${name}.${letter}`,
      encoding: opFp(0x14 | fmt, { f3 }),
      rd: "f",
      rs1: "f",
      sources: 2,
      hasRoundingMode: false,
      evaluate: ({ rs1, rs2, flags }) => box(operation(format, unbox(rs1), unbox(rs2), flags)),
    });
  return [
    binary("fadd", 0x00, add, "add"),
    binary("fsub", 0x04, sub, "sub"),
    binary("fmul", 0x08, mul, "mul"),
    binary("fdiv", 0x0c, div, "div"),
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
    extremum("fmin", 0, min),
    extremum("fmax", 1, max),
  ];
}

/** Sign injection: exact bit operations, no flags. */
function signRows({ letter, fmt, format }: Precision): readonly Row[] {
  const isSingle = letter === "s";
  const unboxed = (x: Rv, value: I64): I64 => {
    if (!isSingle) return value;
    const held = x.hold(value);
    return x.select(held.get(), x.i64(CANONICAL_NAN_SINGLE), x.geU(held.get(), x.i64(BOX)));
  };
  const sign = (name: string, f3: number, signOf: (x: Rv) => I64): Row =>
    row(`${name}.${letter}`, opFp(0x10 | fmt, { f3 }), SIGN, "fd, fs1, fs2", (x) => {
      requireFloat(x);
      const rest = isSingle ? 0x7fff_ffffn : ~format.signBit;
      const magnitude = x.and(unboxed(x, x.rs1()), x.i64(rest));
      const result = x.or(magnitude, x.and(signOf(x), x.i64(format.signBit)));
      x.setRd(isSingle ? x.or(result, x.i64(BOX)) : result);
      markDirty(x);
    });
  return [
    sign("fsgnj", 0, (x) => unboxed(x, x.rs2())),
    sign("fsgnjn", 1, (x) => x.xor(unboxed(x, x.rs2()), x.i64(-1n))),
    sign("fsgnjx", 2, (x) => x.xor(unboxed(x, x.rs1()), unboxed(x, x.rs2()))),
  ];
}

function comparisonRows({ letter, fmt, format, unbox }: Precision): readonly Row[] {
  const width = letter === "s" ? 32 : 64;
  const toX = (
    name: string,
    funct7: number,
    f3: number,
    evaluate: (o: FloatOperands) => bigint,
    quick?: QuickPath,
  ): Row =>
    floatRow({
      ...(quick !== undefined && { quick }),
      name: `${name}.${letter}`,
      encoding: opFp(funct7 | fmt, quick === undefined ? { f3, rs2: 0 } : { f3 }),
      rd: "x",
      rs1: "f",
      sources: quick === undefined ? 1 : 2,
      hasRoundingMode: false,
      evaluate,
    });
  const compare = (
    name: string,
    f3: number,
    operation: Comparison,
    relation: "eq" | "lt" | "le",
  ): Row =>
    toX(
      name,
      0x50,
      f3,
      ({ rs1, rs2, flags }) => (operation(format, unbox(rs1), unbox(rs2), flags) ? 1n : 0n),
      quickCompare(width, relation),
    );
  return [
    compare("fle", 0, le, "le"),
    compare("flt", 1, lt, "lt"),
    compare("feq", 2, eq, "eq"),
    toX("fclass", 0x70, 1, ({ rs1 }) => BigInt(classify(format, unbox(rs1)))),
  ];
}

/** Conversions from and to integers, and moves of bit patterns. */
function integerRows({ letter, fmt, format, unbox, box }: Precision): readonly Row[] {
  const isSingle = letter === "s";
  const pattern = isSingle ? "w" : "d";
  const moveToX: Format = { rd: "x", rs1: "f", immediate: NO_IMMEDIATE };
  const moveToF: Format = { rd: "f", rs1: "x", immediate: NO_IMMEDIATE };
  return [
    ...INTEGERS.flatMap(([suffix, integer], rs2) => [
      floatRow({
        name: `fcvt.${suffix}.${letter}`,
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
        name: `fcvt.${letter}.${suffix}`,
        encoding: opFp(0x68 | fmt, { rs2 }),
        rd: "f",
        rs1: "x",
        sources: 1,
        hasRoundingMode: true,
        evaluate: ({ rs1, mode, flags }) => box(fromInteger(format, integer, rs1, mode, flags)),
      }),
    ]),
    row(`fmv.x.${pattern}`, opFp(0x70 | fmt, { f3: 0, rs2: 0 }), moveToX, "rd, fs1", (x) => {
      requireFloat(x);
      x.setRd(isSingle ? x.extend32(x.rs1()) : x.rs1());
    }),
    row(`fmv.${pattern}.x`, opFp(0x78 | fmt, { f3: 0, rs2: 0 }), moveToF, "fd, rs1", (x) => {
      requireFloat(x);
      x.setRd(isSingle ? x.or(x.rs1(), x.i64(BOX)) : x.rs1());
      markDirty(x);
    }),
  ];
}
