// When the epochs of one replica emitted their first output: beside the instants at which outputs were released, how long
// these were held back.
// DETERMINISM: nothing here flows back into the machine.

/** Epochs kept at most. Beyond it every second one goes, the same ones in every replica. */
const MOST_EPOCHS = 4096;

/** Plain data. */
export interface EpochOutput {
  readonly epoch: number;
  /** Milliseconds of the host's monotonic clock, which all threads and processes of a host share. */
  readonly atMs: number;
}

export class OutputTimes {
  readonly #now: () => number;
  #epochs: EpochOutput[] = [];
  #stride = 1;
  #first: number | undefined;

  /** @param now milliseconds of the host's monotonic clock */
  constructor(now: () => number) {
    this.#now = now;
  }

  emitted(): void {
    this.#first ??= this.#now();
  }

  endEpoch(epoch: number): void {
    const atMs = this.#first;
    this.#first = undefined;
    if (atMs === undefined || epoch % this.#stride !== 0) return;
    this.#epochs.push({ epoch, atMs });
    if (this.#epochs.length <= MOST_EPOCHS) return;
    this.#stride *= 2;
    this.#epochs = this.#epochs.filter((kept) => kept.epoch % this.#stride === 0);
  }

  report(): readonly EpochOutput[] {
    return this.#epochs;
  }
}
