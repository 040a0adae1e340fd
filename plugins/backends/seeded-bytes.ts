// A reproducible stream of random-looking bytes: AES-256 in counter mode, keyed with the SHA-256 of the seed.
import { type Cipheriv, createCipheriv, createHash } from "node:crypto";

const COUNTER_START = Buffer.alloc(16);

export class SeededBytes {
  readonly #cipher: Cipheriv;

  constructor(seed: string) {
    const key = createHash("sha256").update(seed).digest();
    this.#cipher = createCipheriv("aes-256-ctr", key, COUNTER_START);
  }

  /** The next `count` bytes of the stream. */
  take(count: number): Uint8Array {
    return new Uint8Array(this.#cipher.update(new Uint8Array(count)));
  }
}
