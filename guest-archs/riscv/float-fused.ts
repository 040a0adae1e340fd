// Fused multiply-add by the host's arithmetic, rounding to nearest even (Boldo and Melquiond, "Emulation of FMA and
// correctly rounded sums", 2008): the exact product and sum as several doubles, of which the smaller ones are added up
// rounding to odd, so that the last addition rounds as the exact value would.
import { HostFloat } from "../engine/host-float.ts";
import type { Float, FloatWidth, Held, I32, I64 } from "../engine/semantics.ts";
import { areBoxed, formatOf, isFinite, isWithin, magnitude } from "./float-patterns.ts";
import { areFactorsLarge, finish, type QuickPath } from "./float-quick-path.ts";
import { isQuick, isQuickAndInexact, NX, raise } from "./float-rounding.ts";
import { SLOT } from "./hart-layout.ts";
import type { Rv } from "./row.ts";
import { both } from "./short-circuit.ts";

/** Which signs a variant flips. */
export interface FusedSigns {
  readonly isProductFlipped: boolean;
  readonly isAddendFlipped: boolean;
}

/** Exponents of doubles for which no intermediate result over- or underflows. */
const FACTOR = { low: -400, high: 400 } as const;
const ADDEND = { low: -800, high: 900 } as const;
/** Bits of a pattern above those that a number with three significant bits may have set. */
const BITS_ABOVE = 14n;
/** The last bits of a double that is halfway between two singles. */
const HALFWAY = 1n << 28n;
/** Exponents of sums that are ordinary singles, rounded or not. */
const SINGLE_SUM = { low: -125, high: 127 } as const;

export function quickFused(width: FloatWidth, signs: FusedSigns): QuickPath {
  const { signBit } = formatOf(width);
  const flipped = (x: Rv, register: I64, isFlipped: boolean): I64 =>
    isFlipped ? x.xor(register, x.i64(signBit)) : register;
  return (x, exact) => {
    const a = x.hold(flipped(x, x.rs1(), signs.isProductFlipped));
    const c = x.hold(flipped(x, x.rs3(), signs.isAddendFlipped));
    (width === 64 ? fuseDoubles : fuseSingles)(x, a, c, exact);
  };
}

/** What both ways of fusing doubles start from. */
interface Doubles {
  readonly host: HostFloat;
  readonly product: Held<Float>;
  /** What the rounded product lacks. */
  readonly productLow: Held<Float>;
  readonly addend: Held<Float>;
}

/**
 * HOT: the sum, and then what it lacks: nearly always that is enough. (bench/interpreter.ts)
 *
 * What the sum lacks is itself the sum of two errors, `low`. Where that is exact, so is the way to the result. Where it
 * is not, neither was the first sum, and then the product is at most twice as large as the sum, and `low` at most 1.5
 * ulps of it. Rounding a monotonic function can only go wrong at its steps, and the steps of the last addition are at
 * values of `low` that are multiples of a quarter ulp: numbers of three bits. No result is inexact and subnormal, since
 * everything is a multiple of 2^-1074.
 */
function fuseDoubles(x: Rv, aBits: Held<I64>, cBits: Held<I64>, exact: () => void): void {
  const host = new HostFloat(x, 64);
  const a = host.hold(x.toFloat(64, aBits.get()));
  const b = host.hold(x.toFloat(64, x.rs2()));
  const addend = host.hold(x.toFloat(64, cBits.get()));
  const product = host.hold(host.mul(a.get(), b.get()));
  const productLow = host.productError(a, b, product);
  const sum = host.hold(host.add(product.get(), addend.get()));
  const sumLow = host.sumError(product, addend, sum);
  const low = host.hold(host.add(sumLow.get(), productLow.get()));
  const result = host.hold(host.add(sum.get(), low.get()));
  const lowBits = x.hold(x.fromFloat(64, low.get()));
  const isNoStep = x.or32(
    x.ne(x.shl(lowBits.get(), x.i64(BITS_ABOVE)), x.i64(0n)),
    host.isZero(low.get()),
  );
  const resultMagnitude = x.hold(magnitude(x, 64, x.fromFloat(64, result.get())));
  const isSafe = x.and32(
    x.and32(isNoStep, areFactorsLarge(x, a, b)),
    isFinite(x, 64, resultMagnitude),
  );
  x.when(
    x.and32(isSafe, isQuickAndInexact(x)),
    () => finish(x, 64, result.get()),
    () => fuseDoublesToOdd(x, aBits, cBits, { host, product, productLow, addend }, exact),
  );
}

function fuseDoublesToOdd(
  x: Rv,
  aBits: Held<I64>,
  cBits: Held<I64>,
  doubles: Doubles,
  exact: () => void,
): void {
  const isFactor = (bits: I64): I32 => isWithinOrZero(x, bits, FACTOR.low, FACTOR.high);
  const isInRange = x.and32(
    x.and32(isFactor(aBits.get()), isFactor(x.rs2())),
    isWithinOrZero(x, cBits.get(), ADDEND.low, ADDEND.high),
  );
  x.when(
    both(x, isInRange, () => isQuick(x)),
    () => sumToOdd(x, doubles),
    exact,
  );
}

function sumToOdd(x: Rv, { host, product, productLow, addend: c }: Doubles): void {
  const lowSum = host.hold(host.add(c.get(), productLow.get()));
  const lowSumLow = host.sumError(c, productLow, lowSum);
  const high = host.hold(host.add(product.get(), lowSum.get()));
  const highLow = host.sumError(product, lowSum, high);
  const tail = host.hold(host.add(lowSumLow.get(), highLow.get()));
  const tailLow = host.sumError(lowSumLow, highLow, tail);
  const oddTail = host.hold(host.roundToOdd(tail, tailLow));
  const sum = host.hold(host.add(high.get(), oddTail.get()));
  x.when(
    x.and32(x.stateLow(SLOT.fcsr), x.i32(NX)),
    () => undefined,
    () => {
      const error = host.sumError(high, oddTail, sum);
      const isExact = (): I32 => x.and32(host.isZero(tailLow.get()), host.isZero(error.get()));
      raise(x, () => x.eqz32(isExact()));
    },
  );
  // A sum of zero is exact, and then the sum of the rounded product has the right sign.
  x.when(
    host.isZero(sum.get()),
    () => finish(x, 64, host.add(product.get(), c.get())),
    () => finish(x, 64, sum.get()),
  );
}

/**
 * The product is exact as a double, and the sum rounded to odd survives the second rounding. HOT: so does the sum itself
 * where it is not halfway between two singles. (bench/interpreter.ts)
 */
function fuseSingles(x: Rv, aBits: Held<I64>, cBits: Held<I64>, exact: () => void): void {
  const host = new HostFloat(x, 64);
  const single = (bits: I64): Float => x.promote(x.toFloat(32, bits));
  const product = host.hold(host.mul(single(aBits.get()), single(x.rs2())));
  const addend = host.hold(single(cBits.get()));
  const sum = host.hold(host.add(product.get(), addend.get()));
  const sumBits = x.hold(x.fromFloat(64, sum.get()));
  const isInRange = x.hold32(isWithinOrZero(x, sumBits.get(), SINGLE_SUM.low, SINGLE_SUM.high));
  const isHalfway = x.eq(x.and(sumBits.get(), x.i64(2n * HALFWAY - 1n)), x.i64(HALFWAY));
  const isRight = both(
    x,
    both(x, x.eqz32(isHalfway), () => isInRange.get()),
    () => isQuickAndInexact(x),
  );
  const registers = [(): I64 => x.rs1(), (): I64 => x.rs2(), (): I64 => x.rs3()];
  x.when(
    areBoxed(x, 32, registers, isRight),
    () => finish(x, 32, x.demote(sum.get())),
    () =>
      x.when(
        areBoxed(
          x,
          32,
          registers,
          both(x, isInRange.get(), () => isQuick(x)),
        ),
        () => {
          const error = host.sumError(product, addend, sum);
          const rounded = x.holdFloat(32, x.demote(host.roundToOdd(sum, error)));
          const isExact = (): I32 =>
            x.and32(host.isZero(error.get()), host.isEqual(x.promote(rounded.get()), sum.get()));
          raise(x, () => x.eqz32(isExact()));
          finish(x, 32, rounded.get());
        },
        exact,
      ),
  );
}

/** Whether a double is zero or its magnitude lies in [2^low, 2^high). */
function isWithinOrZero(x: Rv, pattern: I64, low: number, high: number): I32 {
  const held = x.hold(magnitude(x, 64, pattern));
  return x.or32(isWithin(x, 64, held, low, high), x.eqz(held.get()));
}
