// Floating point of the builder where values live on the WebAssembly stack: each operation is one instruction or two.
import type { Float, FloatWidth, I32, I64 } from "./semantics.ts";
import { StackArithmetic } from "./stack-arithmetic.ts";
import type { NumericOp } from "./wasm-opcodes.ts";

const I64_TOKEN = undefined as unknown as I64;
const I32_TOKEN = undefined as unknown as I32;
const FLOAT_TOKEN = undefined as unknown as Float;

const FLOAT_OPS = {
  32: { add: "f32Add", sub: "f32Sub", mul: "f32Mul", div: "f32Div" },
  64: { add: "f64Add", sub: "f64Sub", mul: "f64Mul", div: "f64Div" },
} as const;
const FLOAT_EXTREMA = {
  32: { min: "f32Min", max: "f32Max" },
  64: { min: "f64Min", max: "f64Max" },
} as const;
const FLOAT_RELATIONS = {
  32: { eq: "f32Eq", lt: "f32Lt", le: "f32Le" },
  64: { eq: "f64Eq", lt: "f64Lt", le: "f64Le" },
} as const;

export class StackFloatArithmetic extends StackArithmetic {
  toFloat(width: FloatWidth, _pattern: I64): Float {
    if (width === 32) this.f.op("i32WrapI64");
    return this.#float(width === 32 ? "f32ReinterpretI32" : "f64ReinterpretI64");
  }

  fromFloat(width: FloatWidth, _number: Float): I64 {
    if (width === 64) return this.#wide("i64ReinterpretF64");
    this.f.op("i32ReinterpretF32");
    return this.#wide("i64ExtendI32U");
  }

  floatArithmetic(
    width: FloatWidth,
    operation: "add" | "sub" | "mul" | "div",
    _a: Float,
    _b: Float,
  ): Float {
    return this.#float(FLOAT_OPS[width][operation]);
  }

  floatSqrt(width: FloatWidth, _a: Float): Float {
    return this.#float(width === 32 ? "f32Sqrt" : "f64Sqrt");
  }

  floatExtremum(width: FloatWidth, which: "min" | "max", _a: Float, _b: Float): Float {
    return this.#float(FLOAT_EXTREMA[width][which]);
  }

  floatConstant(width: FloatWidth, constant: number): Float {
    if (width === 32) this.f.f32(constant);
    else this.f.f64(constant);
    return FLOAT_TOKEN;
  }

  promote(_a: Float): Float {
    return this.#float("f64PromoteF32");
  }

  demote(_a: Float): Float {
    return this.#float("f32DemoteF64");
  }

  floatNearest(_a: Float): Float {
    return this.#float("f64Nearest");
  }

  floatFromS(width: FloatWidth, _integer: I64): Float {
    return this.#float(width === 32 ? "f32ConvertI64S" : "f64ConvertI64S");
  }

  floatFromU(width: FloatWidth, _integer: I64): Float {
    return this.#float(width === 32 ? "f32ConvertI64U" : "f64ConvertI64U");
  }

  floatToS(_a: Float): I64 {
    this.f.truncateSaturated("i64TruncSatF64S");
    return I64_TOKEN;
  }

  floatToU(_a: Float): I64 {
    this.f.truncateSaturated("i64TruncSatF64U");
    return I64_TOKEN;
  }

  floatCompare(width: FloatWidth, relation: "eq" | "lt" | "le", _a: Float, _b: Float): I32 {
    return this.#narrow(FLOAT_RELATIONS[width][relation]);
  }

  #float(op: NumericOp): Float {
    this.f.op(op);
    return FLOAT_TOKEN;
  }

  #wide(op: NumericOp): I64 {
    this.f.op(op);
    return I64_TOKEN;
  }

  #narrow(op: NumericOp): I32 {
    this.f.op(op);
    return I32_TOKEN;
  }
}
