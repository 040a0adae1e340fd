// How long outputs were held back: from the instant at which a replica first emitted one in an epoch until all outputs of
// that epoch were released. Without replication that is what is left of the epoch; with it, the wait for the others, too.
import type { Vmm } from "../api/vmm.ts";
import type { EpochOutput } from "../replica/output-times.ts";

/** Epochs kept at most; the first ones. */
const MOST_EPOCHS = 100_000;

export class OutputDelay {
  readonly #now: () => number;
  readonly #releasedMs = new Map<number, number>();

  /** @param now the clock that replicas look at */
  constructor(now: () => number) {
    this.#now = now;
  }

  follow({ hooks }: Vmm): void {
    hooks.outputCommitted.tap("output-delay", (epoch) => {
      if (this.#releasedMs.size < MOST_EPOCHS) this.#releasedMs.set(epoch, this.#now());
    });
  }

  /**
   * @param emitted by replica. Whoever was first counts; one that was made later by replay emits again what has left.
   * @returns milliseconds, by epoch
   */
  delays(emitted: readonly (readonly EpochOutput[])[]): readonly number[] {
    const first = new Map<number, number>();
    for (const { epoch, atMs } of emitted.flat()) {
      first.set(epoch, Math.min(atMs, first.get(epoch) ?? Infinity));
    }
    return [...this.#releasedMs].flatMap(([epoch, releasedMs]) => {
      const atMs = first.get(epoch);
      return atMs === undefined || atMs > releasedMs ? [] : [releasedMs - atMs];
    });
  }
}
