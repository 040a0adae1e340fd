// Conversions by the host's arithmetic: between integers and floating point, and between the two precisions. Rounding is
// to nearest even or, to integers, toward zero.
import { HostFloat } from "../engine/host-float.ts";
import type { Float, FloatWidth, Held, I32, I64 } from "../engine/semantics.ts";
import { isDirty } from "./float-dirty.ts";
import { areBoxed, formatOf, isOrdinary, magnitude } from "./float-patterns.ts";
import { finish, type QuickPath } from "./float-quick-path.ts";
import { isNearest, isQuick, isTowardZero, NX, raise } from "./float-rounding.ts";
import type { Rv } from "./row.ts";
import { both } from "./short-circuit.ts";

/** Integer types, as the names of instructions have them. */
export type IntegerName = "w" | "wu" | "l" | "lu";

/** Numbers in range; outside, the exact path saturates. Negative numbers that round to an unsigned 0 are left to it too. */
export function quickToInteger(width: FloatWidth, name: IntegerName): QuickPath {
  return (x, exact) => {
    const host = new HostFloat(x, 64);
    const source = x.toFloat(width, x.rs1());
    const number = host.hold(width === 32 ? x.promote(source) : source);
    const truncated = (a: Float): I64 => (name === "lu" ? x.floatToU(a) : x.floatToS(a));
    const integer = x.hold(
      x.choose(
        isTowardZero(x),
        () => truncated(number.get()),
        () => truncated(x.floatNearest(number.get())),
      ),
    );
    const isValid = x.and32(
      isInRange(x, name, number, integer),
      both(x, isDirty(x), () => x.or32(isTowardZero(x), isNearest(x))),
    );
    x.when(
      areBoxed(x, width, [(): I64 => x.rs1()], isValid),
      () => {
        x.setRd(name === "wu" ? x.extend32(integer.get()) : integer.get());
        const back =
          name === "lu" ? x.floatFromU(64, integer.get()) : x.floatFromS(64, integer.get());
        x.when(
          host.isEqual(back, number.get()),
          () => undefined,
          () => {
            raise(x, () => x.i32(NX));
          },
        );
      },
      exact,
    );
  };
}

/** @param integer the number converted to 64 bits, saturated, a NaN as 0 */
function isInRange(x: Rv, name: IntegerName, number: Held<Float>, integer: Held<I64>): I32 {
  const isNumber = (): I32 => x.floatCompare(64, "eq", number.get(), number.get());
  switch (name) {
    case "w":
      return x.and32(x.eq(integer.get(), x.extend32(integer.get())), isNumber());
    case "wu":
      return x.and32(x.ltU(integer.get(), x.i64(2n ** 32n)), isNumber());
    case "l":
      return isBetween(x, number, -(2 ** 63), 2 ** 63);
    case "lu":
      return isBetween(x, number, 0, 2 ** 64);
  }
}

/** Whether low <= number < high. */
function isBetween(x: Rv, number: Held<Float>, low: number, high: number): I32 {
  return x.and32(
    x.floatCompare(64, "le", x.floatConstant(64, low), number.get()),
    x.floatCompare(64, "lt", number.get(), x.floatConstant(64, high)),
  );
}

/** Exact where the significant bits of the integer fit into the significand. */
export function quickFromInteger(width: FloatWidth, name: IntegerName): QuickPath {
  return (x, exact) => {
    x.when(
      isQuick(x),
      () => {
        const integer = x.hold(widened(x, name));
        const bits = x.hold(name === "lu" ? integer.get() : absolute(x, integer));
        const spareBits = x.add(x.clz(bits.get()), x.ctz(bits.get()));
        const isInexact = x.hold32(x.ltU(spareBits, x.i64(BigInt(64 - formatOf(width).precision))));
        raise(x, () => isInexact.get());
        const convert = name === "lu" ? "floatFromU" : "floatFromS";
        finish(x, width, x[convert](width, integer.get()));
      },
      exact,
    );
  };
}

function widened(x: Rv, name: IntegerName): I64 {
  if (name === "w") return x.extend32(x.rs1());
  return name === "wu" ? x.and(x.rs1(), x.i64(0xffff_ffffn)) : x.rs1();
}

function absolute(x: Rv, integer: Held<I64>): I64 {
  const sign = x.hold(x.shrS(integer.get(), x.i64(63n)));
  return x.sub(x.xor(integer.get(), sign.get()), sign.get());
}

/** From double to single. */
export const quickNarrow: QuickPath = (x, exact) => {
  const host = new HostFloat(x, 64);
  const number = host.hold(x.toFloat(64, x.rs1()));
  const result = x.holdFloat(32, x.demote(number.get()));
  const held = x.hold(magnitude(x, 32, x.fromFloat(32, result.get())));
  const isRight = x.or32(isOrdinary(x, 32, held), host.isZero(number.get()));
  x.when(
    both(x, isRight, () => isQuick(x)),
    () => {
      raise(x, () => x.eqz32(host.isEqual(x.promote(result.get()), number.get())));
      finish(x, 32, result.get());
    },
    exact,
  );
};

/** From single to double: exact, but for NaNs. */
export const quickWiden: QuickPath = (x, exact) => {
  const host = new HostFloat(x, 64);
  const number = host.hold(x.promote(x.toFloat(32, x.rs1())));
  const isRight = x.and32(x.and32(host.isNumber(number), isDirty(x)), isNearest(x));
  x.when(areBoxed(x, 32, [(): I64 => x.rs1()], isRight), () => finish(x, 64, number.get()), exact);
};
