// When the host's arithmetic gives what the architecture asks for, flags included (the trick of QEMU's hardfloat):
// rounding is to nearest even, "inexact" is set already, and the result is a normal number clear of both ends of the
// range, so that no other flag can come up and no NaN is involved.
// HOT: everything else takes the exact path in TypeScript, which is some 50 times slower. (guests/floating-point)
import type { Float, FloatWidth, Held, I32, I64 } from "../engine/semantics.ts";
import { SLOT } from "./hart-layout.ts";
import type { Rv } from "./row.ts";

export interface QuickPath {
  /** The candidate for rd. */
  compute(x: Rv): I64;
  /** Whether it is right, and nothing but rd changes. */
  isExact(x: Rv, result: Held<I64>): I32;
}

const BOX = -(2n ** 32n);
const FRM = 0xe0;
const NX = 1;
const DYNAMIC = 7;

/** Place of the exponent field, its mask, and how many of its values are allowed from 2 on. */
const EXPONENT = {
  32: { shift: 23n, mask: 0xffn, allowed: 0xfdn },
  64: { shift: 52n, mask: 0x7ffn, allowed: 0x7fdn },
} as const;

function source(x: Rv, width: FloatWidth, register: I64): Float {
  return x.toFloat(width, register);
}

function boxed(x: Rv, width: FloatWidth, number: Float): I64 {
  const pattern = x.fromFloat(width, number);
  return width === 32 ? x.or(pattern, x.i64(BOX)) : pattern;
}

/** Both sources are NaN-boxed, where that matters. */
function areBoxed(x: Rv, width: FloatWidth, sources: 1 | 2, condition: I32): I32 {
  if (width === 64) return condition;
  const both = sources === 1 ? x.rs1() : x.and(x.rs1(), x.rs2());
  return x.and32(condition, x.geU(both, x.i64(BOX)));
}

/** The rounding mode is to nearest even, by the instruction or by frm, and NX is set. */
function isNearestAndInexact(x: Rv): I32 {
  const isFrmNearest = (): I32 => x.eqz32(x.and32(x.stateLow(SLOT.fcsr), x.i32(FRM)));
  return x.and32(
    x.or32(x.eqz32(x.imm32()), x.and32(x.eq32(x.imm32(), x.i32(DYNAMIC)), isFrmNearest())),
    x.and32(x.stateLow(SLOT.fcsr), x.i32(NX)),
  );
}

function isOrdinary(x: Rv, width: FloatWidth, sources: 1 | 2, result: Held<I64>): I32 {
  const { shift, mask, allowed } = EXPONENT[width];
  const exponent = x.and(x.shrU(result.get(), x.i64(shift)), x.i64(mask));
  const isInRange = x.ltU(x.sub(exponent, x.i64(2n)), x.i64(allowed));
  return areBoxed(x, width, sources, x.and32(isInRange, isNearestAndInexact(x)));
}

export function quickArithmetic(
  width: FloatWidth,
  operation: "add" | "sub" | "mul" | "div",
): QuickPath {
  return {
    compute: (x) =>
      boxed(
        x,
        width,
        x.floatArithmetic(width, operation, source(x, width, x.rs1()), source(x, width, x.rs2())),
      ),
    isExact: (x, result) => isOrdinary(x, width, 2, result),
  };
}

export function quickSqrt(width: FloatWidth): QuickPath {
  return {
    compute: (x) => boxed(x, width, x.floatSqrt(width, source(x, width, x.rs1()))),
    isExact: (x, result) => isOrdinary(x, width, 1, result),
  };
}

/** Comparisons of numbers are exact and raise nothing. */
export function quickCompare(width: FloatWidth, relation: "eq" | "lt" | "le"): QuickPath {
  const isNumber = (x: Rv, register: () => I64): I32 =>
    x.floatCompare(width, "eq", source(x, width, register()), source(x, width, register()));
  return {
    compute: (x) =>
      x.unsigned(
        x.floatCompare(width, relation, source(x, width, x.rs1()), source(x, width, x.rs2())),
      ),
    isExact: (x) =>
      areBoxed(
        x,
        width,
        2,
        x.and32(
          isNumber(x, () => x.rs1()),
          isNumber(x, () => x.rs2()),
        ),
      ),
  };
}
