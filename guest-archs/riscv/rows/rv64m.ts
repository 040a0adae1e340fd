// M: integer multiplication and division (Unprivileged ISA, chapter 13).
import type { Held, I32, I64 } from "../../engine/semantics.ts";
import { funct7, OPCODE, R, type Row, row, type Rv } from "../row.ts";

const MULDIV = 1;
const OPERANDS = "rd, rs1, rs2";
const MOST_NEGATIVE = -(2n ** 63n);
const MOST_NEGATIVE_32 = -(2 ** 31);

function m(name: string, f3: number, compute: (x: Rv) => I64): Row {
  return row(name, funct7(OPCODE.op, f3, MULDIV), R, OPERANDS, (x) => x.setRd(compute(x)));
}

function m32(name: string, f3: number, compute: (x: Rv) => I32): Row {
  return row(name, funct7(OPCODE.op32, f3, MULDIV), R, OPERANDS, (x) =>
    x.setRd(x.signed(compute(x))),
  );
}

/** High half of an unsigned 64 x 64 product, from four 32 x 32 products. */
function highUnsigned(x: Rv, a: Held<I64>, b: Held<I64>): I64 {
  const low = (v: Held<I64>): I64 => x.and(v.get(), x.i64(0xffff_ffffn));
  const high = (v: Held<I64>): I64 => x.shrU(v.get(), x.i64(32n));
  const lowCarry = x.shrU(x.mul(low(a), low(b)), x.i64(32n));
  const middle = x.hold(x.add(lowCarry, x.mul(high(a), low(b))));
  const cross = x.hold(x.add(low(middle), x.mul(low(a), high(b))));
  return x.add(x.add(x.mul(high(a), high(b)), high(middle)), high(cross));
}

/** What a negative signed `a` takes off the unsigned high half: `b`. */
function correction(x: Rv, a: Held<I64>, b: Held<I64>): I64 {
  return x.and(x.shrS(a.get(), x.i64(63n)), b.get());
}

/** The divisor is zero. */
function byZero(x: Rv, result: () => I64, quotient: () => I64): I64 {
  return x.choose(x.eqz(x.rs2()), result, quotient);
}

function byZero32(x: Rv, result: () => I32, quotient: () => I32): I32 {
  return x.choose32(x.eqz32(x.rs2Low()), result, quotient);
}

/** The most negative number divided by -1: the one quotient that doesn't fit. */
function isOverflow(x: Rv): I32 {
  return x.and32(x.eq(x.rs1(), x.i64(MOST_NEGATIVE)), x.eq(x.rs2(), x.i64(-1n)));
}

function isOverflow32(x: Rv): I32 {
  return x.and32(x.eq32(x.rs1Low(), x.i32(MOST_NEGATIVE_32)), x.eq32(x.rs2Low(), x.i32(-1)));
}

export const RV64M: readonly Row[] = [
  m("mul", 0, (x) => x.mul(x.rs1(), x.rs2())),
  m("mulh", 1, (x) => {
    const a = x.hold(x.rs1());
    const b = x.hold(x.rs2());
    return x.sub(x.sub(highUnsigned(x, a, b), correction(x, a, b)), correction(x, b, a));
  }),
  m("mulhsu", 2, (x) => {
    const a = x.hold(x.rs1());
    const b = x.hold(x.rs2());
    return x.sub(highUnsigned(x, a, b), correction(x, a, b));
  }),
  m("mulhu", 3, (x) => {
    const a = x.hold(x.rs1());
    const b = x.hold(x.rs2());
    return highUnsigned(x, a, b);
  }),
  m("div", 4, (x) =>
    byZero(
      x,
      () => x.i64(-1n),
      () =>
        x.choose(
          isOverflow(x),
          () => x.rs1(),
          () => x.divS(x.rs1(), x.rs2()),
        ),
    ),
  ),
  m("divu", 5, (x) =>
    byZero(
      x,
      () => x.i64(-1n),
      () => x.divU(x.rs1(), x.rs2()),
    ),
  ),
  m("rem", 6, (x) =>
    byZero(
      x,
      () => x.rs1(),
      () => x.remS(x.rs1(), x.rs2()),
    ),
  ),
  m("remu", 7, (x) =>
    byZero(
      x,
      () => x.rs1(),
      () => x.remU(x.rs1(), x.rs2()),
    ),
  ),
  m32("mulw", 0, (x) => x.mul32(x.rs1Low(), x.rs2Low())),
  m32("divw", 4, (x) =>
    byZero32(
      x,
      () => x.i32(-1),
      () =>
        x.choose32(
          isOverflow32(x),
          () => x.rs1Low(),
          () => x.divS32(x.rs1Low(), x.rs2Low()),
        ),
    ),
  ),
  m32("divuw", 5, (x) =>
    byZero32(
      x,
      () => x.i32(-1),
      () => x.divU32(x.rs1Low(), x.rs2Low()),
    ),
  ),
  m32("remw", 6, (x) =>
    byZero32(
      x,
      () => x.rs1Low(),
      () => x.remS32(x.rs1Low(), x.rs2Low()),
    ),
  ),
  m32("remuw", 7, (x) =>
    byZero32(
      x,
      () => x.rs1Low(),
      () => x.remU32(x.rs1Low(), x.rs2Low()),
    ),
  ),
];
