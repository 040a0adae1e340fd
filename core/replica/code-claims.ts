// Who compiles what, in memory that all replicas of a machine share: one word per key's hash holds the replica that has
// claimed it. Nobody waits for a claim for ever, so a replica that dies with claims leaves nothing to repair.
//
//   word 0     batches published so far
//   from 1 on  0, or the number of the claiming replica + 1

const CLAIMS = 4096;
const UNCLAIMED = 0;

export function createClaims(): SharedArrayBuffer {
  return new SharedArrayBuffer((1 + CLAIMS) * Int32Array.BYTES_PER_ELEMENT);
}

export class CodeClaims {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #own: number;

  constructor(claims: SharedArrayBuffer, replica: number) {
    this.#words = new Int32Array(claims);
    this.#own = replica + 1;
  }

  /** Batches published by anyone. */
  get published(): number {
    return Atomics.load(this.#words, 0);
  }

  countPublished(): void {
    Atomics.add(this.#words, 0, 1);
  }

  claim(key: number, isForced: boolean): boolean {
    const at = wordOf(key);
    const holder = Atomics.compareExchange(this.#words, at, UNCLAIMED, this.#own);
    if (holder === UNCLAIMED || holder === this.#own) return true;
    if (isForced) Atomics.store(this.#words, at, this.#own);
    return isForced;
  }

  release(key: number): void {
    Atomics.compareExchange(this.#words, wordOf(key), this.#own, UNCLAIMED);
  }
}

/** Fibonacci hashing: neighbouring keys fall on words far apart. */
function wordOf(key: number): number {
  return 1 + (Math.imul(key, 0x9e3779b1) >>> 20);
}
