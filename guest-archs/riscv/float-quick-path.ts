// When the host's arithmetic gives what the architecture asks for (the trick of QEMU's hardfloat): rounding is to
// nearest even, "inexact" is set already, and the result is such that no other flag can come up and no NaN is involved.
// Where "inexact" is not set yet, the exact error of the operation tells whether to set it.
// HOT: everything else takes the exact path in TypeScript, which is some 50 times slower. (guests/floating-point)
import { HostFloat } from "../engine/host-float.ts";
import type { Float, FloatWidth, Held, I32, I64 } from "../engine/semantics.ts";
import {
  areBoxed,
  boxed,
  isAtLeast,
  isBelow,
  isFinite,
  isOrdinary,
  magnitude,
} from "./float-patterns.ts";
import { isQuick, isQuickAndInexact, raise } from "./float-rounding.ts";
import type { Rv } from "./row.ts";

/**
 * Emits an instruction; `exact` emits the exact path, once, where nothing else has taken effect. The quick path is for
 * mstatus.FS that is dirty already: so one test tells that the instruction is legal and that there is nothing to mark.
 */
export type QuickPath = (x: Rv, exact: () => void) => void;

/** What is known about a result at run time, as conditions to be emitted. */
interface Exactness {
  /** The result is right as far as rounding to nearest even goes, raises NX at most, and isExact says whether. */
  isKnown(): I32;
  isExact(): I32;
}

interface Operation {
  readonly x: Rv;
  readonly width: FloatWidth;
  readonly a: Held<Float>;
  /** The same as `a` where there is one source. */
  readonly b: Held<Float>;
  readonly result: Held<Float>;
  readonly magnitude: Held<I64>;
}

type ExactnessOf = (operation: Operation) => Exactness;

/** Sets rd, of the f file. */
export function finish(x: Rv, width: FloatWidth, number: Float): void {
  x.setRd(boxed(x, width, number));
}

/** Ends of the range for which HostFloat.productError holds: exponents of the least factors and above all products. */
const LEAST_FACTOR = -480;
const PRODUCTS_END = 1020;

/** Whether both factors are large enough for HostFloat.productError; NaNs are. */
export function areFactorsLarge(x: Rv, a: Held<Float>, b: Held<Float>): I32 {
  const isLarge = (factor: Held<Float>): I32 =>
    isAtLeast(x, 64, magnitude(x, 64, x.fromFloat(64, factor.get())), LEAST_FACTOR);
  return a === b ? isLarge(a) : x.and32(isLarge(a), isLarge(b));
}

function quickOperation(
  width: FloatWidth,
  sources: 1 | 2,
  compute: (x: Rv, a: Float, b: () => Float) => Float,
  isHarmless: (x: Rv, width: FloatWidth, magnitude: Held<I64>) => I32,
  exactnessOf: ExactnessOf,
): QuickPath {
  return (x, exact) => {
    const host = new HostFloat(x, width);
    const registers = [(): I64 => x.rs1(), (): I64 => x.rs2()].slice(0, sources);
    const a = host.hold(x.toFloat(width, x.rs1()));
    const b = sources === 1 ? a : host.hold(x.toFloat(width, x.rs2()));
    const result = host.hold(compute(x, a.get(), () => b.get()));
    const held = x.hold(magnitude(x, width, x.fromFloat(width, result.get())));
    const isRight = x.and32(isHarmless(x, width, held), isQuickAndInexact(x));
    x.when(
      areBoxed(x, width, registers, isRight),
      () => finish(x, width, result.get()),
      () => {
        const { isKnown, isExact } = exactnessOf({ x, width, a, b, result, magnitude: held });
        x.when(
          areBoxed(x, width, registers, x.and32(isQuick(x), isKnown())),
          () => {
            raise(x, () => x.eqz32(isExact()));
            finish(x, width, result.get());
          },
          exact,
        );
      },
    );
  };
}

/** Sums are exact where they are subnormal. */
export function quickSum(width: FloatWidth, operation: "add" | "sub"): QuickPath {
  return quickOperation(
    width,
    2,
    (x, a, b) => x.floatArithmetic(width, operation, a, b()),
    isFinite,
    ({ x, a, b, result, magnitude: held }) => {
      const host = new HostFloat(x, width);
      const error =
        operation === "add" ? host.sumError(a, b, result) : host.differenceError(a, b, result);
      return {
        isKnown: () => x.and32(isFinite(x, width, held), host.isNumber(error)),
        isExact: () => host.isZero(error.get()),
      };
    },
  );
}

/** A number as one of width 64. */
function wide(x: Rv, width: FloatWidth, number: Held<Float>): Float {
  return width === 32 ? x.promote(number.get()) : number.get();
}

/** Whether factor * factor is exactly the target; of singles all is exact, of doubles the target must be in range. */
function isExactProduct(
  { x, width }: Operation,
  factorA: Held<Float>,
  factorB: Held<Float>,
  target: Held<Float>,
): Exactness {
  const host = new HostFloat(x, 64);
  if (width === 32) {
    const first = wide(x, width, factorA);
    const product = host.hold(host.mul(first, wide(x, width, factorB)));
    return {
      isKnown: () => x.i32(1),
      isExact: () => host.isEqual(product.get(), wide(x, width, target)),
    };
  }
  const product = host.hold(host.mul(factorA.get(), factorB.get()));
  const error = host.productError(factorA, factorB, product);
  const held = x.hold(magnitude(x, 64, x.fromFloat(64, product.get())));
  return {
    isKnown: () =>
      x.and32(
        x.and32(areFactorsLarge(x, factorA, factorB), isBelow(x, 64, held.get(), PRODUCTS_END)),
        host.isNumber(error),
      ),
    isExact: () => x.and32(host.isEqual(product.get(), target.get()), host.isZero(error.get())),
  };
}

/** Exactness of an ordinary result, or of the zero that an operand which is zero gives. */
function orZero(operation: Operation, exactness: Exactness, isOperandZero: () => I32): Exactness {
  const { x, width, magnitude: held } = operation;
  const isZero = x.hold32(x.and32(x.eqz(held.get()), isOperandZero()));
  return {
    isKnown: () => x.or32(isZero.get(), x.and32(isOrdinary(x, width, held), exactness.isKnown())),
    isExact: () => x.or32(isZero.get(), exactness.isExact()),
  };
}

export function quickProduct(width: FloatWidth): QuickPath {
  return quickOperation(
    width,
    2,
    (x, a, b) => x.floatArithmetic(width, "mul", a, b()),
    isOrdinary,
    (operation) => {
      const { x, a, b, result } = operation;
      const host = new HostFloat(x, width);
      return orZero(operation, isExactProduct(operation, a, b, result), () =>
        x.or32(host.isZero(a.get()), host.isZero(b.get())),
      );
    },
  );
}

export function quickQuotient(width: FloatWidth): QuickPath {
  return quickOperation(
    width,
    2,
    (x, a, b) => x.floatArithmetic(width, "div", a, b()),
    isOrdinary,
    (operation) => {
      const { x, a, b, result } = operation;
      const host = new HostFloat(x, width);
      return orZero(operation, isExactProduct(operation, result, b, a), () => host.isZero(a.get()));
    },
  );
}

export function quickSqrt(width: FloatWidth): QuickPath {
  return quickOperation(
    width,
    1,
    (x, a) => x.floatSqrt(width, a),
    isOrdinary,
    (operation) => {
      const { x, a, result } = operation;
      const host = new HostFloat(x, width);
      return orZero(operation, isExactProduct(operation, result, result, a), () =>
        host.isZero(a.get()),
      );
    },
  );
}
