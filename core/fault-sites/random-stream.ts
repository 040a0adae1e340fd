// Reproducible draws: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
// fig. 17). Streams of different seeds or of different purposes are independent of each other.

const MASK = (1n << 64n) - 1n;
const GOLDEN_GAMMA = 0x9e37_79b9_7f4a_7c15n;
const FRACTION_BITS = 53;

function mix(z: bigint): bigint {
  let x = z;
  x = ((x ^ (x >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & MASK;
  x = ((x ^ (x >> 27n)) * 0x94d0_49bb_1331_11ebn) & MASK;
  return x ^ (x >> 31n);
}

export class RandomStream {
  #state: bigint;

  /** @param purpose tells streams of one seed apart, such as the number of a core. */
  constructor(seed: number, purpose: number = 0) {
    this.#state = mix((mix(BigInt(seed)) + BigInt(purpose) + 1n) & MASK);
  }

  next(): bigint {
    this.#state = (this.#state + GOLDEN_GAMMA) & MASK;
    return mix(this.#state);
  }

  /** At least 0, less than 1. */
  fraction(): number {
    return Number(this.next() >> BigInt(64 - FRACTION_BITS)) / 2 ** FRACTION_BITS;
  }

  /** An integer from 0 to `limit - 1`; `limit` is at most 2^53. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** Index of an item, drawn in proportion to weights of which one at least is positive. */
  weighted(weights: readonly number[]): number {
    const last = weights.findLastIndex((weight) => weight > 0);
    let left = this.fraction() * weights.reduce((sum, weight) => sum + weight, 0);
    for (let index = 0; index < last; index++) {
      left -= weights[index]!;
      if (left < 0) return index;
    }
    return last;
  }

  /** Distance to the next event of a Poisson process with one event per unit. */
  gap(): number {
    return -Math.log(1 - this.fraction());
  }
}
