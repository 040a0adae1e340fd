// Which pages are rewritten from checkpoint to checkpoint: merging such a page costs every replica a copy in the next
// interval, and the memory it saves is gone by then. Bookkeeping per page written, and per page that is kept private.

export interface Sorted {
  readonly toMerge: readonly number[];
  readonly toKeep: readonly number[];
  /** Kept private up to now and not written for long: to be merged with the rest. */
  readonly quiet: readonly number[];
}

/** Streaks are counted so far. */
const MOST = 255;

export class RewrittenPages {
  readonly #keepAfter: number;
  readonly #mergeAfter: number;
  /** Consecutive intervals up to `#lastWritten` in which a page was written. */
  #streak = new Uint8Array(0);
  /** Number of the last checkpoint, from 1, at which a page was dirty. */
  #lastWritten = new Uint32Array(0);
  readonly #kept = new Set<number>();
  #checkpoint = 0;

  /**
   * @param keepAfter intervals in a row in which a page was written until it is kept private; 0 for never
   * @param mergeAfter intervals in a row in which it was not until it is merged again
   */
  constructor(keepAfter: number, mergeAfter: number) {
    this.#keepAfter = keepAfter;
    this.#mergeAfter = mergeAfter;
  }

  /** To be called at each checkpoint, with the pages written since the one before, ascending. */
  sort(pages: readonly number[]): Sorted {
    if (this.#keepAfter === 0) return { toMerge: pages, toKeep: [], quiet: [] };
    this.#checkpoint++;
    this.#makeRoom((pages.at(-1) ?? 0) + 1);
    const toMerge: number[] = [];
    const toKeep: number[] = [];
    for (const page of pages) {
      const isStreak = this.#lastWritten[page] === this.#checkpoint - 1;
      const streak = isStreak ? Math.min((this.#streak[page] ?? 0) + 1, MOST) : 1;
      this.#streak[page] = streak;
      this.#lastWritten[page] = this.#checkpoint;
      if (streak >= this.#keepAfter) this.#kept.add(page);
      (this.#kept.has(page) ? toKeep : toMerge).push(page);
    }
    return { toMerge, toKeep, quiet: this.#takeQuiet() };
  }

  /** These stay private for now: they are quiet again at the next checkpoint, unless they are written. */
  keep(pages: Iterable<number>): void {
    for (const page of pages) this.#kept.add(page);
  }

  #takeQuiet(): number[] {
    const quiet: number[] = [];
    for (const page of this.#kept) {
      if (this.#checkpoint - (this.#lastWritten[page] ?? 0) < this.#mergeAfter) continue;
      this.#kept.delete(page);
      quiet.push(page);
    }
    return quiet;
  }

  #makeRoom(pages: number): void {
    if (pages <= this.#streak.length) return;
    const streak = new Uint8Array(pages * 2);
    const lastWritten = new Uint32Array(pages * 2);
    streak.set(this.#streak);
    lastWritten.set(this.#lastWritten);
    this.#streak = streak;
    this.#lastWritten = lastWritten;
  }
}
