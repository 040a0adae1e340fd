// Digests of pages, by which memories that are apart are compared: two XXH64 of different seeds, 128 bits. A page that a
// fault changed has another digest, but for one in 2^128; nothing here withstands somebody who looks for two of the same.
import { PAGE_BYTES } from "../api/guest-memory.ts";
import { pageDigestModule } from "./page-digest-module.ts";

/** 64-bit words of a digest. */
export const DIGEST_WORDS = 2;

type Digest = (page: number, into: number) => void;

/** Compiled once, for all memories of the process. */
let compiled: WebAssembly.Module | undefined;

export class PageDigester {
  readonly #digest: Digest;
  readonly #scratch: number;
  readonly #result: BigUint64Array<SharedArrayBuffer>;

  /** @param scratch place of some bytes in the shared memory, a multiple of 8, that nobody else uses */
  constructor(shared: WebAssembly.Memory, scratch: number) {
    compiled ??= new WebAssembly.Module(pageDigestModule());
    const { exports } = new WebAssembly.Instance(compiled, { host: { memory: shared } });
    this.#digest = exports["digest"] as unknown as Digest;
    this.#scratch = scratch;
    this.#result = new BigUint64Array(shared.buffer, scratch, DIGEST_WORDS);
  }

  /** @param offset of a page in the shared memory @returns good until the next call */
  digest(offset: number): BigUint64Array {
    this.#digest(offset, this.#scratch);
    return this.#result;
  }
}

/** Digests pages that are in no shared memory. */
export class BytesDigester {
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  readonly #page = new Uint8Array(this.#memory.buffer, 0, PAGE_BYTES);
  readonly #digester = new PageDigester(this.#memory, PAGE_BYTES);

  /** @returns good until the next call */
  digest(page: Uint8Array): BigUint64Array {
    // The rest would be that of the page before.
    if (page.length !== PAGE_BYTES) throw new RangeError(`a page has no ${page.length} bytes`);
    this.#page.set(page);
    return this.#digester.digest(0);
  }
}

/** Of a page of zeros. */
export const ZERO_DIGEST: BigUint64Array = BigUint64Array.from(
  new BytesDigester().digest(new Uint8Array(PAGE_BYTES)),
);
