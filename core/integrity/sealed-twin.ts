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
  /** What may be damaged, where it stands. */
  readonly parts: { first: T; second: T; seal: number };

  /**
   * @param second where somebody else holds an equal value already; it is copied otherwise. The seal is of the first: ask
   *   `isWhole` before it counts as right
   */
  constructor(kind: TwinKind<T>, sequence: number, first: T, second: T = kind.copy(first)) {
    this.#kind = kind;
    this.#sequence = sequence;
    this.parts = { first, second, seal: kind.seal(first, sequence) };
  }

  /** Whether the second copy fits the seal, and with it what the seal was made of. */
  get isWhole(): boolean {
    return this.#kind.seal(this.parts.second, this.#sequence) === this.parts.seal;
  }

  /** The first copy, unverified. */
  get unverified(): T {
    return this.parts.first;
  }

  /**
   * The value, verified.
   * @param name of the record, for people
   * @throws IntegrityBreach when no two of copies and seal fit each other
   */
  read(watch: IntegrityWatch, name: string): T {
    const first = this.#kind.seal(this.parts.first, this.#sequence);
    if (first === this.parts.seal) return this.parts.first;
    const second = this.#kind.seal(this.parts.second, this.#sequence);
    if (second === this.parts.seal) {
      this.parts.first = this.#kind.copy(this.parts.second);
      watch.repaired(name, "from its second copy");
    } else if (second === first) {
      this.parts.seal = first;
      watch.repaired(name, "its seal alone was damaged");
    } else watch.broken(name, "both copies are damaged");
    return this.parts.first;
  }

  /** As `read`, and verifies the second copy as well. */
  scrub(watch: IntegrityWatch, name: string): void {
    this.read(watch, name);
    if (this.isWhole) return;
    this.parts.second = this.#kind.copy(this.parts.first);
    watch.repaired(name, "its second copy from the first");
  }
}
