// What floating-point instructions of registers do, by exact arithmetic alone: a table over all of them.
import { fmaExact } from "../../../guest-archs/engine/softfloat/fused-multiply-add.ts";
import {
  add,
  BINARY32,
  BINARY64,
  classify,
  div,
  eq,
  type Flags,
  type Format,
  fromInteger,
  INT32,
  INT64,
  le,
  lt,
  max,
  min,
  mul,
  narrow,
  sqrt,
  sub,
  toInteger,
  UINT32,
  UINT64,
  widen,
} from "../../../guest-archs/engine/softfloat/index.ts";

const BOX = 0xffff_ffff_0000_0000n;

/** Raw registers, as far as there are so many sources. */
export interface Sources {
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
}

export interface FloatInstruction {
  readonly name: string;
  /** Operands in assembly without the rounding mode. */
  readonly operands: string;
  readonly hasRoundingMode: boolean;
  readonly destination: "f4" | "x4";
  readonly format: Format;
  /** Whether rs1 is an integer register. */
  readonly isFromInteger: boolean;
  evaluate(sources: Sources, mode: number, flags: Flags): bigint;
}

const INTEGERS = { w: INT32, wu: UINT32, l: INT64, lu: UINT64 } as const;

function unbox(format: Format, register: bigint): bigint {
  if (format === BINARY64) return register;
  return (register & BOX) === BOX ? register & 0xffff_ffffn : format.canonicalNan;
}

function box(format: Format, pattern: bigint): bigint {
  return format === BINARY64 ? pattern : pattern | BOX;
}

const OPERANDS = ["1", "1, f2", "1, f2, f3"] as const;

function instruction(
  name: string,
  format: Format,
  sources: 1 | 2 | 3,
  shape: { rd?: "x"; rs1?: "x"; hasRoundingMode?: boolean },
  evaluate: FloatInstruction["evaluate"],
): FloatInstruction {
  const destination = shape.rd === "x" ? "x4" : "f4";
  return {
    name,
    operands: `${destination}, ${shape.rs1 ?? "f"}${OPERANDS[sources - 1]}`,
    hasRoundingMode: shape.hasRoundingMode ?? true,
    destination,
    format,
    isFromInteger: shape.rs1 === "x",
    evaluate,
  };
}

function instructionsOf(letter: "s" | "d", f: Format): readonly FloatInstruction[] {
  const of = (register: bigint): bigint => unbox(f, register);
  const exact = { hasRoundingMode: false } as const;
  const toX = { rd: "x", hasRoundingMode: false } as const;
  const fused = (name: string, product: bigint, addend: bigint): FloatInstruction =>
    instruction(`${name}.${letter}`, f, 3, {}, ({ a, b, c }, mode, flags) =>
      box(f, fmaExact(f, of(a) ^ product, of(b), of(c) ^ addend, mode, flags)),
    );
  return [
    ...Object.entries({ fadd: add, fsub: sub, fmul: mul, fdiv: div }).map(([name, operation]) =>
      instruction(`${name}.${letter}`, f, 2, {}, ({ a, b }, mode, flags) =>
        box(f, operation(f, of(a), of(b), mode, flags)),
      ),
    ),
    instruction(`fsqrt.${letter}`, f, 1, {}, ({ a }, mode, flags) =>
      box(f, sqrt(f, of(a), mode, flags)),
    ),
    fused("fmadd", 0n, 0n),
    fused("fmsub", 0n, f.signBit),
    fused("fnmsub", f.signBit, 0n),
    fused("fnmadd", f.signBit, f.signBit),
    ...Object.entries({ fmin: min, fmax: max }).map(([name, operation]) =>
      instruction(`${name}.${letter}`, f, 2, exact, ({ a, b }, _mode, flags) =>
        box(f, operation(f, of(a), of(b), flags)),
      ),
    ),
    ...Object.entries({ feq: eq, flt: lt, fle: le }).map(([name, operation]) =>
      instruction(`${name}.${letter}`, f, 2, toX, ({ a, b }, _mode, flags) =>
        operation(f, of(a), of(b), flags) ? 1n : 0n,
      ),
    ),
    instruction(`fclass.${letter}`, f, 1, toX, ({ a }) => BigInt(classify(f, of(a)))),
    ...Object.entries(INTEGERS).flatMap(([type, integer]) => [
      instruction(`fcvt.${type}.${letter}`, f, 1, { rd: "x" }, ({ a }, mode, flags) =>
        BigInt.asUintN(64, BigInt.asIntN(integer.width, toInteger(f, integer, of(a), mode, flags))),
      ),
      instruction(`fcvt.${letter}.${type}`, f, 1, { rs1: "x" }, ({ a }, mode, flags) =>
        box(f, fromInteger(f, integer, a, mode, flags)),
      ),
    ]),
  ];
}

export const FLOAT_INSTRUCTIONS: readonly FloatInstruction[] = [
  ...instructionsOf("s", BINARY32),
  ...instructionsOf("d", BINARY64),
  instruction("fcvt.s.d", BINARY64, 1, {}, ({ a }, mode, flags) =>
    box(BINARY32, narrow(a, mode, flags)),
  ),
  instruction("fcvt.d.s", BINARY32, 1, {}, ({ a }, _mode, flags) =>
    widen(unbox(BINARY32, a), flags),
  ),
];
