// Bytes as a stream brings them, taken in pieces of the sizes that a format asks for.

export class ByteQueue {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next bytes, which stay; undefined when there are not so many yet. */
  peek(bytes: number): Buffer | undefined {
    if (this.#length < bytes) return undefined;
    const [first = new Uint8Array()] = this.#chunks;
    if (first.length >= bytes) return Buffer.from(first.buffer, first.byteOffset, bytes);
    // HOT: a large body comes in thousands of chunks; they are joined once, when the last one is there.
    const joined = Buffer.concat(this.#chunks);
    this.#chunks.splice(0, this.#chunks.length, joined);
    return joined.subarray(0, bytes);
  }

  take(bytes: number): Buffer | undefined {
    const taken = this.peek(bytes);
    const [first] = this.#chunks;
    if (taken === undefined || first === undefined) return taken;
    if (first.length === bytes) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(bytes);
    this.#length -= bytes;
    return taken;
  }
}
