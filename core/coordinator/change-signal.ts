// Wakes the coordinator's loop: something changed, or a deadline passed.

export class ChangeSignal {
  #hasChanged = false;
  #wake: (() => void) | undefined;

  notify(): void {
    this.#hasChanged = true;
    this.#wake?.();
  }

  /** Resolves at the next `notify` (at once when one came since the last wait) or after `timeoutMs`. */
  wait(timeoutMs: number): Promise<void> {
    if (this.#hasChanged) {
      this.#hasChanged = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer =
        timeoutMs === Infinity ? undefined : setTimeout(() => this.#wake?.(), timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        this.#hasChanged = false;
        resolve();
      };
    });
  }
}
