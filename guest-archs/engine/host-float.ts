// Floating-point expressions in the builder, for one width, and what the host's rounded operations leave out: their
// exact errors (Dekker 1971; Knuth, TAOCP 2, 4.2.2) and rounding to odd (Boldo and Melquiond, "Emulation of FMA and
// correctly rounded sums", 2008). softfloat/host-double.ts says the same in TypeScript.
import type { Float, FloatWidth, Held, I32, I64, Semantics } from "./semantics.ts";

type Builder = Pick<
  Semantics<unknown>,
  | "floatArithmetic"
  | "floatCompare"
  | "floatConstant"
  | "holdFloat"
  | "fromFloat"
  | "toFloat"
  | "hold"
  | "choose"
  | "i64"
  | "add"
  | "and"
  | "or"
  | "xor"
  | "shrS"
  | "or32"
  | "wrap"
>;

/** Half the weight of the last bit that the upper half of a double keeps; 27 bits go. */
const HALF_LOW = 2n ** 26n;

export class HostFloat {
  readonly #x: Builder;
  readonly #width: FloatWidth;

  constructor(x: Builder, width: FloatWidth) {
    this.#x = x;
    this.#width = width;
  }

  add(a: Float, b: Float): Float {
    return this.#x.floatArithmetic(this.#width, "add", a, b);
  }

  sub(a: Float, b: Float): Float {
    return this.#x.floatArithmetic(this.#width, "sub", a, b);
  }

  mul(a: Float, b: Float): Float {
    return this.#x.floatArithmetic(this.#width, "mul", a, b);
  }

  hold(a: Float): Held<Float> {
    return this.#x.holdFloat(this.#width, a);
  }

  isEqual(a: Float, b: Float): I32 {
    return this.#x.floatCompare(this.#width, "eq", a, b);
  }

  isZero(a: Float): I32 {
    return this.isEqual(a, this.#x.floatConstant(this.#width, 0));
  }

  isNumber(a: Held<Float>): I32 {
    return this.isEqual(a.get(), a.get());
  }

  /** (a + b) - sum of the rounded sum, exactly; a NaN where something on the way overflows. */
  sumError(a: Held<Float>, b: Held<Float>, sum: Held<Float>): Held<Float> {
    const virtual = this.hold(this.sub(sum.get(), a.get()));
    const errorA = this.sub(a.get(), this.sub(sum.get(), virtual.get()));
    return this.hold(this.add(errorA, this.sub(b.get(), virtual.get())));
  }

  /** (a - b) - difference, in the same way. */
  differenceError(a: Held<Float>, b: Held<Float>, difference: Held<Float>): Held<Float> {
    const virtual = this.hold(this.sub(difference.get(), a.get()));
    const errorA = this.sub(a.get(), this.sub(difference.get(), virtual.get()));
    return this.hold(this.sub(errorA, this.add(b.get(), virtual.get())));
  }

  /**
   * a * b - product of the rounded product, exactly, for |a| and |b| of at least 2^-480 and |product| < 2^1020, of width
   * 64. A NaN where a or b is too large, a NaN or infinite where the product is. Subnormal factors would not do even if
   * the product is large: their halves of 26 bits may lie so far apart that not everything on the way is exact.
   */
  productError(a: Held<Float>, b: Held<Float>, product: Held<Float>): Held<Float> {
    const [highA, lowA] = this.#split(a);
    const [highB, lowB] = b === a ? [highA, lowA] : this.#split(b);
    const high = this.sub(this.mul(highA.get(), highB.get()), product.get());
    const cross = this.add(this.mul(highA.get(), lowB.get()), this.mul(lowA.get(), highB.get()));
    return this.hold(this.add(this.add(high, cross), this.mul(lowA.get(), lowB.get())));
  }

  /** sum + error rounded to odd, of width 64: rounding it again to fewer bits rounds as the exact value would. */
  roundToOdd(sum: Held<Float>, error: Held<Float>): Float {
    const x = this.#x;
    const bits = x.hold(x.fromFloat(64, sum.get()));
    const isDone = x.or32(this.isZero(error.get()), x.wrap(x.and(bits.get(), x.i64(1n))));
    // One up where the signs are equal, else one down.
    const step = (): I64 =>
      x.or(x.shrS(x.xor(bits.get(), x.fromFloat(64, error.get())), x.i64(63n)), x.i64(1n));
    const odd = x.choose(
      isDone,
      () => bits.get(),
      () => x.add(bits.get(), step()),
    );
    return x.toFloat(64, odd);
  }

  /** HOT: rounds the pattern, which takes less time than Dekker's products. (bench/interpreter.ts) */
  #split(a: Held<Float>): readonly [high: Held<Float>, low: Held<Float>] {
    const x = this.#x;
    const rounded = x.add(x.fromFloat(64, a.get()), x.i64(HALF_LOW));
    const high = this.hold(x.toFloat(64, x.and(rounded, x.i64(-2n * HALF_LOW))));
    return [high, this.hold(this.sub(a.get(), high.get()))];
  }
}
