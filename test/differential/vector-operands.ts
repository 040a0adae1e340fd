// Operands of test vectors: directed ones, all combinations of special values in a scattered order, and random ones,
// many of which are made so that the result lies at a boundary of rounding or of the range.
import {
  bitsFromDouble,
  bitsFromFloat,
  doubleFromBits,
  floatFromBits,
} from "../../guest-archs/engine/softfloat/host-double.ts";
import { BINARY32, BINARY64, type Format } from "../../guest-archs/engine/softfloat/index.ts";
import { FloatOperands } from "../guest-archs/riscv/float-operands.ts";
import type { VectorOperation } from "./vector-operations.ts";
import { specialValues } from "./vector-special-values.ts";

/** Register contents: rs1, rs2, rs3, whether an operation reads them all or not. */
export type Operands = readonly [a: bigint, b: bigint, c: bigint];

const BOX = 0xffff_ffff_0000_0000n;
/** A prime that is larger than any number of special values. */
const STRIDE = 15_485_863;
/** Operations that are interesting where both sources are nearly equal, as sums are. */
const LIKE_SUMS = /^(?:fadd|fsub|fmin|fmax|feq|flt|fle)/u;

export class VectorOperands {
  readonly #operation: VectorOperation;
  readonly #format: Format;
  readonly #special: readonly bigint[];
  readonly #random: FloatOperands;

  constructor(operation: VectorOperation, seed: number) {
    this.#operation = operation;
    this.#format = operation.precision === "s" ? BINARY32 : BINARY64;
    this.#special = specialValues(operation);
    this.#random = new FloatOperands(seed);
  }

  /** All combinations of special values, one after the other for consecutive indexes, then from the start again. */
  directed(index: number): Operands {
    const count = this.#special.length;
    const combinations = count ** this.#operation.sources;
    let rest = ((index % combinations) * STRIDE) % combinations;
    const next = (): bigint => {
      const value = this.#special[rest % count] as bigint;
      rest = Math.floor(rest / count);
      return value;
    };
    return [next(), next(), next()];
  }

  random(): Operands {
    const { name, isFromInteger } = this.#operation;
    const related = LIKE_SUMS.test(name) ? "fadd" : name;
    const { a, b, c } = this.#random.sources({
      name: related,
      format: this.#format,
      isFromInteger,
    });
    if (isFromInteger || this.#random.below(3) !== 0) return [a, b, c];
    return this.#atBoundary([a, b, c]);
  }

  #atBoundary([a, b, c]: Operands): Operands {
    const [x, y] = [this.#number(a), this.#number(b)];
    switch (this.#operation.name.slice(0, 4)) {
      case "fadd":
      case "fsub":
        return [a, this.#near(this.#halfUlp(x)), c];
      case "fmul":
        return [a, this.#near(this.#bound() / x), c];
      case "fdiv":
        return [a, this.#near(x / this.#bound()), c];
      case "fmad":
      case "fmsu":
      case "fnma":
      case "fnms":
        return [a, b, this.#near(this.#halfUlp(x * y))];
      default:
        return [a, b, c];
    }
  }

  /** A number about which results over- or underflow or become subnormal. */
  #bound(): number {
    const { minQuantum, precision } = this.#format;
    const leastNormal = minQuantum + precision - 1;
    const largest = 2 ** (1 - leastNormal) * (2 - 2 ** (1 - precision));
    const bounds = [2 ** minQuantum, 2 ** (minQuantum + 3), 2 ** leastNormal, largest];
    return bounds[this.#random.below(bounds.length)] as number;
  }

  #halfUlp(x: number): number {
    const magnitude = Math.abs(x);
    if (!(magnitude > 0) || magnitude === Infinity) return x;
    return 2 ** (Math.floor(Math.log2(magnitude)) - this.#format.precision);
  }

  #number(register: bigint): number {
    return this.#format === BINARY64 ? doubleFromBits(register) : floatFromBits(register);
  }

  /** The register for a number or for one of its neighbours, of either sign. */
  #near(number: number): bigint {
    const { width, signBit } = this.#format;
    const pattern = width === 64 ? bitsFromDouble(number) : bitsFromFloat(Math.fround(number));
    const offset = BigInt(Math.max(0, this.#random.below(6) - 3));
    const moved = BigInt.asUintN(
      width,
      this.#random.below(2) === 0 ? pattern + offset : pattern - offset,
    );
    const signed = this.#random.below(2) === 0 ? moved : moved ^ signBit;
    return width === 64 ? signed : signed | BOX;
  }
}
