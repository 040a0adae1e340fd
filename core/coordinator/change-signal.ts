// Wakes the coordinator's loop: something changed, or a deadline passed.

/** Longest delay of a host timer; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export class ChangeSignal {
  #hasChanged = false;
  #wake: (() => void) | undefined;

  notify(): void {
    this.#hasChanged = true;
    this.#wake?.();
  }

  /** Resolves at the next `notify` (at once when one came since the last wait) or after `timeoutMs`, 24 days at most. */
  wait(timeoutMs: number): Promise<void> {
    if (this.#hasChanged) {
      this.#hasChanged = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer =
        timeoutMs === Infinity
          ? undefined
          : setTimeout(() => this.#wake?.(), Math.min(timeoutMs, MAX_TIMER_MS));
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        this.#hasChanged = false;
        resolve();
      };
    });
  }
}
