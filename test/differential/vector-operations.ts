// Every F and D operation between registers, with how it is encoded and what it reads: the subjects of test vectors.
// As in encode.ts, nothing about encodings comes from guest-archs.
import { rType } from "./encode.ts";

type Precision = "s" | "d";
type Integer = "w" | "wu" | "l" | "lu";

export interface Registers {
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly rs3: number;
}

export interface VectorOperation {
  readonly name: string;
  /** Precision of its floating-point sources; where there are none, of its result. */
  readonly precision: Precision;
  readonly sources: 1 | 2 | 3;
  /** The integer type where the source or the result is an integer that is converted. */
  readonly integer: Integer | undefined;
  readonly isFromInteger: boolean;
  readonly isToInteger: boolean;
  readonly hasRoundingMode: boolean;
  /** @param rm rounding mode field, where there is one */
  encode(registers: Registers, rm: number): number;
}

/** In the order of the rm field. */
export const ROUNDING_MODES = ["rne", "rtz", "rdn", "rup", "rmm"] as const;
export const DYNAMIC = 7;

const OP_FP = 0x53;
const INTEGERS: readonly Integer[] = ["w", "wu", "l", "lu"];

interface Shape {
  readonly f5: number;
  readonly sources: 1 | 2;
  /** Fixed funct3; undefined: a rounding mode. */
  readonly f3?: number;
  /** Fixed rs2 field. */
  readonly rs2?: number;
  readonly integer?: Integer;
  readonly isFromInteger?: boolean;
  readonly isToInteger?: boolean;
  /** The fmt field, where it is not that of the sources. */
  readonly format?: number;
}

function operation(name: string, precision: Precision, shape: Shape): VectorOperation {
  const format = shape.format ?? (precision === "s" ? 0 : 1);
  return {
    name,
    precision,
    sources: shape.sources,
    integer: shape.integer,
    isFromInteger: shape.isFromInteger ?? false,
    isToInteger: shape.isToInteger ?? false,
    hasRoundingMode: shape.f3 === undefined,
    encode: ({ rd, rs1, rs2 }, rm) =>
      rType(OP_FP, shape.f3 ?? rm, (shape.f5 << 2) | format, rd, rs1, shape.rs2 ?? rs2),
  };
}

function fused(name: string, precision: Precision, opcode: number): VectorOperation {
  return {
    name: `${name}.${precision}`,
    precision,
    sources: 3,
    integer: undefined,
    isFromInteger: false,
    isToInteger: false,
    hasRoundingMode: true,
    encode: ({ rd, rs1, rs2, rs3 }, rm) =>
      rType(opcode, rm, (rs3 << 2) | (precision === "s" ? 0 : 1), rd, rs1, rs2),
  };
}

const ROWS: readonly (readonly [name: string, shape: Shape])[] = [
  ["fadd", { f5: 0x00, sources: 2 }],
  ["fsub", { f5: 0x01, sources: 2 }],
  ["fmul", { f5: 0x02, sources: 2 }],
  ["fdiv", { f5: 0x03, sources: 2 }],
  ["fsqrt", { f5: 0x0b, sources: 1, rs2: 0 }],
  ["fsgnj", { f5: 0x04, sources: 2, f3: 0 }],
  ["fsgnjn", { f5: 0x04, sources: 2, f3: 1 }],
  ["fsgnjx", { f5: 0x04, sources: 2, f3: 2 }],
  ["fmin", { f5: 0x05, sources: 2, f3: 0 }],
  ["fmax", { f5: 0x05, sources: 2, f3: 1 }],
  ["fle", { f5: 0x14, sources: 2, f3: 0, isToInteger: true }],
  ["flt", { f5: 0x14, sources: 2, f3: 1, isToInteger: true }],
  ["feq", { f5: 0x14, sources: 2, f3: 2, isToInteger: true }],
  ["fclass", { f5: 0x1c, sources: 1, f3: 1, rs2: 0, isToInteger: true }],
];

function operationsOf(precision: Precision): readonly VectorOperation[] {
  const bits = precision === "s" ? "w" : "d";
  const move = { sources: 1, f3: 0, rs2: 0 } as const;
  return [
    ...ROWS.map(([name, shape]) => operation(`${name}.${precision}`, precision, shape)),
    fused("fmadd", precision, 0x43),
    fused("fmsub", precision, 0x47),
    fused("fnmsub", precision, 0x4b),
    fused("fnmadd", precision, 0x4f),
    ...INTEGERS.flatMap((integer, rs2) => [
      operation(`fcvt.${integer}.${precision}`, precision, {
        f5: 0x18,
        sources: 1,
        rs2,
        integer,
        isToInteger: true,
      }),
      operation(`fcvt.${precision}.${integer}`, precision, {
        f5: 0x1a,
        sources: 1,
        rs2,
        integer,
        isFromInteger: true,
      }),
    ]),
    operation(`fmv.x.${bits}`, precision, { ...move, f5: 0x1c, isToInteger: true }),
    operation(`fmv.${bits}.x`, precision, { ...move, f5: 0x1e, isFromInteger: true }),
  ];
}

export const VECTOR_OPERATIONS: readonly VectorOperation[] = [
  ...operationsOf("s"),
  ...operationsOf("d"),
  operation("fcvt.s.d", "d", { f5: 0x08, sources: 1, rs2: 1, format: 0 }),
  operation("fcvt.d.s", "s", { f5: 0x08, sources: 1, rs2: 0, format: 1 }),
];
