// Random operands of floating-point instructions, crowded where rounding is difficult: halfway cases, cancellation,
// exact quotients and roots, both ends of the range, and integers near the bounds of their types.
import { BINARY64, type Format, mul, RNE } from "../../../guest-archs/engine/softfloat/index.ts";
import type { FloatInstruction, Sources } from "./float-reference.ts";

const BOX = 0xffff_ffff_0000_0000n;

/** Drawn from splitmix64 (Steele, Lea and Flood 2014). */
export class FloatOperands {
  #state: bigint;

  constructor(seed: number) {
    this.#state = BigInt(seed);
  }

  word(): bigint {
    this.#state = BigInt.asUintN(64, this.#state + 0x9e37_79b9_7f4a_7c15n);
    let z = this.#state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn);
    return z ^ (z >> 31n);
  }

  /** An integer in [0, end). */
  below(end: number): number {
    return Number(this.word() % BigInt(end));
  }

  sources({
    format,
    isFromInteger,
    name,
  }: Pick<FloatInstruction, "format" | "isFromInteger" | "name">): Sources {
    const a = isFromInteger ? this.#integer() : this.#pattern(format);
    const b = this.#pattern(format);
    const c = this.#pattern(format);
    if (isFromInteger) return { a, b, c };
    const [x, y, z] = this.#related(format, name.slice(0, 4), a, b, c);
    return { a: this.#boxed(format, x), b: this.#boxed(format, y), c: this.#boxed(format, z) };
  }

  /** In half of the cases, operands whose result is exact, halfway or nearly cancels. */
  #related(
    format: Format,
    operation: string,
    a: bigint,
    b: bigint,
    c: bigint,
  ): readonly [bigint, bigint, bigint] {
    const { width, signBit } = format;
    const product = (x: bigint, y: bigint): bigint => mul(format, x, y, RNE, { bits: 0 });
    const near = (pattern: bigint): bigint =>
      BigInt.asUintN(width, pattern + BigInt(this.below(5) - 2));
    if (this.below(2) === 0) return [a, b, c];
    switch (operation) {
      case "fdiv":
        return [product(this.#short(format, a), this.#short(format, b)), this.#short(format, b), c];
      case "fsqr": {
        const root = this.#short(format, a);
        return [near(product(root, root)), b, c];
      }
      case "fmul":
        return [this.#tieFactor(format, a), this.#tieFactor(format, b), c];
      case "fadd":
      case "fsub":
        return [a, near(a) ^ (this.below(2) === 0 ? signBit : 0n), c];
      default:
        if (this.below(3) === 0) return [this.#tieFactor(format, a), this.#tieFactor(format, b), c];
        return [a, b, near(product(a, b)) ^ (this.below(4) === 0 ? 0n : signBit)];
    }
  }

  /** The pattern with the lower half of its fraction cleared. */
  #short(format: Format, pattern: bigint): bigint {
    const half = (format.fractionBits + 1n) / 2n;
    return (pattern >> half) << half;
  }

  /** A pattern such that the product of two is often halfway between numbers: then an addend, however small, decides. */
  #tieFactor(format: Format, pattern: bigint): bigint {
    const cleared = format.fractionBits / 2n;
    return ((pattern >> cleared) | 1n) << cleared;
  }

  #pattern(format: Format): bigint {
    const { fractionBits, fractionMask, maxBiasedExponent, signBit } = format;
    const bias = (maxBiasedExponent - 1) / 2;
    const exponents = [
      (): number => bias - 3 + this.below(7),
      (): number => bias - 3 + this.below(7),
      (): number => bias + this.below(68),
      (): number => bias - 35 + this.below(70),
      (): number => this.below(maxBiasedExponent + 1),
      (): number => this.below(maxBiasedExponent + 1),
      (): number => this.below(3),
      (): number => maxBiasedExponent - this.below(3),
      (): number => Math.floor(bias / 2) - 2 + this.below(5),
    ];
    const random = this.word() & fractionMask;
    const bit = 1n << BigInt(this.below(Number(fractionBits)));
    const fractions = [
      random,
      random,
      random & -bit,
      bit,
      fractionMask ^ bit,
      0n,
      fractionMask,
      BigInt(this.below(3)),
    ];
    const exponent = (exponents[this.below(exponents.length)] as () => number)();
    const fraction = fractions[this.below(fractions.length)] as bigint;
    const sign = this.below(2) === 0 ? 0n : signBit;
    return sign | (BigInt(exponent) << fractionBits) | (fraction & fractionMask);
  }

  #integer(): bigint {
    const bit = 1n << BigInt(this.below(65));
    const values = [
      this.word(),
      this.word() >> BigInt(this.below(64)),
      bit + BigInt(this.below(5) - 2),
      -bit + BigInt(this.below(5) - 2),
      // A tie or nearly one, for each precision.
      (this.word() | (1n << 63n)) & -(1n << 10n),
      ((this.word() >> 1n) | (1n << 62n)) & -(1n << 38n),
    ];
    return BigInt.asUintN(64, values[this.below(values.length)] as bigint);
  }

  #boxed(format: Format, pattern: bigint): bigint {
    if (format === BINARY64) return pattern;
    return this.below(40) === 0 ? this.word() : pattern | BOX;
  }
}
