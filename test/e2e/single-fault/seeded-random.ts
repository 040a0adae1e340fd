// Reproducible draws for fault campaigns: xorshift32 (Marsaglia, "Xorshift RNGs", 2003), one stream per seed.

export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    // An odd multiple spreads neighbouring seeds; the state must not be zero.
    this.#state = (Math.imul(seed + 1, 0x9e37_79b1) ^ 0x5bf0_3635) >>> 0 || 1;
    for (let warmUp = 0; warmUp < 8; warmUp++) this.#next();
  }

  #next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }

  /** An integer from 0 to `limit - 1`; `limit` is at most 2^32. */
  below(limit: number): number {
    return Math.floor((this.#next() / 2 ** 32) * limit);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("there is nothing to pick from");
    return item;
  }
}
