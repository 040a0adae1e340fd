// Which registers a random instruction may use: some hold the pointers that a block needs and must not be written.
import type { Instruction } from "./encode.ts";
import type { Random } from "./random.ts";

export class Operands {
  readonly random: Random;
  readonly #destinations: readonly number[];
  readonly #shortDestinations: readonly number[];
  readonly #bases: readonly number[];
  readonly #shortBases: readonly number[];
  readonly #reach: number;

  /**
   * @param reserved registers that are never written.
   * @param bases those that loads and stores may use.
   * @param reach below 2048: offsets are from 0 to `reach` - 1 only.
   */
  constructor(
    random: Random,
    reserved: readonly number[],
    bases: readonly number[],
    reach: number = 2048,
  ) {
    this.#reach = reach;
    this.random = random;
    const kept = new Set([...reserved, ...bases]);
    this.#destinations = Array.from({ length: 32 }, (_, index) => index).filter(
      (register) => !kept.has(register),
    );
    this.#shortDestinations = this.#destinations.filter(isShort);
    this.#bases = bases;
    this.#shortBases = bases.filter(isShort);
  }

  /** A register that may be written, x0 among them. */
  rd(): number {
    return this.random.pick(this.#destinations);
  }

  /** As `rd`, never x0. */
  writable(): number {
    for (;;) {
      const register = this.rd();
      if (register !== 0) return register;
    }
  }

  /** As `rd`, from x8 to x15. */
  shortRd(): number {
    return this.random.pick(this.#shortDestinations);
  }

  rs(): number {
    return this.random.below(32);
  }

  shortRs(): number {
    return this.random.between(8, 15);
  }

  /** A floating-point register; few of them, so that results meet again. */
  fp(): number {
    return this.random.chance(0.7) ? this.random.between(6, 17) : this.random.below(32);
  }

  shortFp(): number {
    return this.random.between(8, 15);
  }

  base(): number {
    return this.random.pick(this.#bases);
  }

  shortBase(): number {
    return this.random.pick(this.#shortBases);
  }

  /** Distance from a base: near, so that stores and loads meet, sometimes as far as 12 bits reach. */
  offset(): number {
    if (this.#reach < 2048) return this.random.below(this.#reach);
    return this.random.chance(0.85)
      ? this.random.between(-8, 8) * 8 + (this.random.chance(0.2) ? this.random.below(8) : 0)
      : this.random.between(-2048, 2047);
  }
}

function isShort(register: number): boolean {
  return register >= 8 && register <= 15;
}

export type Maker = (operands: Operands) => Instruction;
