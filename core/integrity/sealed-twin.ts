// A value kept three times over: two copies that share no memory, and a seal. Any one of the three may be damaged: two
// that fit each other put it right.
import type { IntegrityWatch } from "./integrity-watch.ts";

export interface TwinKind<T> {
  /** Seal of a copy; covers whatever may be damaged. */
  seal(value: T, sequence: number): number;
  /** A copy that shares no memory with the original. */
  copy(value: T): T;
}

export class SealedTwin<T> {
  readonly #kind: TwinKind<T>;
  readonly #sequence: number;
  #first: T;
  #second: T;
  #seal: number;

  /** @param second where somebody else holds an equal value already; it is copied otherwise */
  constructor(kind: TwinKind<T>, sequence: number, first: T, second: T = kind.copy(first)) {
    this.#kind = kind;
    this.#sequence = sequence;
    this.#first = first;
    this.#second = second;
    this.#seal = kind.seal(first, sequence);
  }

  /** The first copy, unverified. */
  get unverified(): T {
    return this.#first;
  }

  /**
   * The value, verified.
   * @param name of the record, for people
   * @throws IntegrityBreach when no two of copies and seal fit each other
   */
  read(watch: IntegrityWatch, name: string): T {
    const first = this.#kind.seal(this.#first, this.#sequence);
    if (first === this.#seal) return this.#first;
    const second = this.#kind.seal(this.#second, this.#sequence);
    if (second === this.#seal) {
      this.#first = this.#kind.copy(this.#second);
      watch.repaired(name, "from its second copy");
    } else if (second === first) {
      this.#seal = first;
      watch.repaired(name, "its seal alone was damaged");
    } else watch.broken(name, "both copies are damaged");
    return this.#first;
  }

  /** As `read`, and verifies the second copy as well. */
  scrub(watch: IntegrityWatch, name: string): void {
    this.read(watch, name);
    if (this.#kind.seal(this.#second, this.#sequence) === this.#seal) return;
    this.#second = this.#kind.copy(this.#first);
    watch.repaired(name, "its second copy from the first");
  }
}
