// Which hart executes next: round robin in slices of a fixed number of steps, waiting harts skipped.
// DETERMINISM: a choice is made only when a slice is used up or the hart waits, and the rest of a slice is saved
// state, so that it does not matter how steps are split over calls of `run`.
import type { StateReader, StateWriter } from "../../core/index.ts";
import type { Hart } from "./hart.ts";

const SLICE_STEPS = 16_384;
/** Of a hart that has nobody to take turns with. */
const WHOLE_SLICE_STEPS = 2 ** 31;
const WAITING = 1;

export class HartSchedule {
  readonly #harts: readonly Hart[];
  #current = 0;
  readonly #sliceSteps: number;
  /** Steps left in the current slice. */
  #left: number;

  constructor(harts: readonly Hart[]) {
    this.#harts = harts;
    this.#sliceSteps = harts.length === 1 ? WHOLE_SLICE_STEPS : SLICE_STEPS;
    this.#left = this.#sliceSteps;
  }

  get left(): number {
    return this.#left;
  }

  /** @returns the hart to execute, or undefined when all wait and none wakes up. */
  next(): Hart | undefined {
    const count = this.#harts.length;
    const current = this.#hart(this.#current);
    if (this.#left > 0 && current.waiting === 0) return current;
    for (let turn = 1; turn <= count; turn += 1) {
      const index = (this.#current + turn) % count;
      const hart = this.#hart(index);
      if (!canExecute(hart)) continue;
      hart.waiting = 0;
      // Stores of others meanwhile may have hit what it reserved.
      if (index !== this.#current) hart.clearReservation();
      this.#current = index;
      this.#left = this.#sliceSteps;
      return hart;
    }
    return undefined;
  }

  used(steps: number): void {
    this.#left -= steps;
  }

  isIdle(): boolean {
    return this.#harts.every((hart) => !canExecute(hart));
  }

  save(writer: StateWriter): void {
    writer.u32(this.#current);
    writer.u32(this.#left);
  }

  restore(reader: StateReader): void {
    this.#current = reader.u32() % this.#harts.length;
    this.#left = reader.u32();
  }

  #hart(index: number): Hart {
    return this.#harts[index] as Hart;
  }
}

function canExecute(hart: Hart): boolean {
  return hart.waiting === 0 || (hart.waiting === WAITING && hart.privileged.hasWakeup());
}
