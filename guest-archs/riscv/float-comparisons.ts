// Comparison, minimum and maximum, and classification (Unprivileged ISA, sections 20.8, 20.9 and 20.6).
import type { FloatWidth, Held, I32, I64 } from "../engine/semantics.ts";
import { isDirty, markDirty } from "./float-dirty.ts";
import {
  alignedMagnitude,
  areBoxed,
  formatOf,
  isSignaling,
  magnitude,
  unboxed,
} from "./float-patterns.ts";
import { finish, type QuickPath } from "./float-quick-path.ts";
import { NV, raise } from "./float-rounding.ts";
import type { Rv } from "./row.ts";

/** A NaN compares false and is invalid: for "eq" only a signaling one. @param status mstatus.FS */
export function compareFloats(
  x: Rv,
  width: FloatWidth,
  relation: "eq" | "lt" | "le",
  status: Held<I32>,
): void {
  const a = unboxed(x, width, x.rs1());
  const b = unboxed(x, width, x.rs2());
  const compare = (which: typeof relation, left: Held<I64>, right: Held<I64>): I32 =>
    x.floatCompare(width, which, x.toFloat(width, left.get()), x.toFloat(width, right.get()));
  x.setRd(x.unsigned(compare(relation, a, b)));
  const isValid = x.and32(compare("eq", a, a), compare("eq", b, b));
  x.when(
    isValid,
    () => undefined,
    () => {
      const isInvalid =
        relation === "eq"
          ? x.or32(isSignaling(x, width, a.get()), isSignaling(x, width, b.get()))
          : x.i32(1);
      x.when(
        isInvalid,
        () => {
          raise(x, () => x.i32(NV));
          markDirty(x, status);
        },
        () => undefined,
      );
    },
  );
}

/** Of numbers, -0 being less than +0. */
export function quickExtremum(width: FloatWidth, which: "min" | "max"): QuickPath {
  return (x, exact) => {
    const a = x.toFloat(width, x.rs1());
    const b = x.toFloat(width, x.rs2());
    const result = x.holdFloat(width, x.floatExtremum(width, which, a, b));
    const isNumber = x.floatCompare(width, "eq", result.get(), result.get());
    x.when(
      areBoxed(x, width, [(): I64 => x.rs1(), (): I64 => x.rs2()], x.and32(isNumber, isDirty(x))),
      () => finish(x, width, result.get()),
      exact,
    );
  };
}

/** One bit of ten (see softfloat/classify.ts): by how many of the ends of classes the magnitude reaches. */
export function classifyFloat(x: Rv, width: FloatWidth): void {
  const { hiddenBit, infinity, canonicalNan } = formatOf(width);
  const pattern = unboxed(x, width, x.rs1());
  const held = x.hold(magnitude(x, width, pattern.get()));
  const reaches = (least: bigint): I32 => x.geU(held.get(), x.i64(alignedMagnitude(width, least)));
  const kind = x.hold32(x.add32(x.add32(reaches(1n), reaches(hiddenBit)), reaches(infinity)));
  const signBit = x.and(pattern.get(), x.i64(BigInt.asIntN(64, formatOf(width).signBit)));
  const ofNumber = x.hold32(
    x.choose32(
      x.eqz(signBit),
      () => x.add32(x.i32(4), kind.get()),
      () => x.sub32(x.i32(3), kind.get()),
    ),
  );
  const ofNan = (): I32 => x.add32(x.i32(8), reaches(canonicalNan));
  const bit = (): I32 => x.choose32(reaches(infinity + 1n), ofNan, () => ofNumber.get());
  x.setRd(x.shl(x.i64(1n), x.unsigned(bit())));
}
