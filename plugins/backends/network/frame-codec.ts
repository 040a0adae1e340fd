// Frames in a stream of bytes, as QEMU's stream and socket back ends have them (net/stream.c): the length of a frame,
// big-endian u32, then the frame.
import { MAX_FRAME_BYTES } from "../../devices/virtio/net/wire-format.ts";

const LENGTH_BYTES = 4;
/** QEMU takes frames of up to 68 KiB; what is longer than any device takes is skipped, not an error. */
const MAX_ANNOUNCED_BYTES = 1 << 20;

export function withLength(frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES + frame.length);
  new DataView(bytes.buffer).setUint32(0, frame.length);
  bytes.set(frame, LENGTH_BYTES);
  return bytes;
}

export class FrameReader {
  readonly #onFrame: (frame: Uint8Array) => void;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** Length of the frame being read; undefined before it is known. */
  #length: number | undefined;

  constructor(onFrame: (frame: Uint8Array) => void) {
    this.#onFrame = onFrame;
  }

  /** @throws RangeError for a length that no peer of this protocol sends: the stream can't be understood any more. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    for (;;) {
      if (this.#length === undefined) {
        if (this.#bytes < LENGTH_BYTES) return;
        const header = this.#take(LENGTH_BYTES);
        const length = new DataView(header.buffer, header.byteOffset).getUint32(0);
        if (length > MAX_ANNOUNCED_BYTES) throw new RangeError(`a frame of ${length} bytes`);
        this.#length = length;
      }
      if (this.#bytes < this.#length) return;
      const frame = this.#take(this.#length);
      this.#length = undefined;
      if (frame.length <= MAX_FRAME_BYTES) this.#onFrame(frame);
    }
  }

  #take(count: number): Uint8Array {
    this.#bytes -= count;
    const [first] = this.#chunks;
    if (first !== undefined && first.length > count) {
      this.#chunks[0] = first.subarray(count);
      return first.subarray(0, count);
    }
    const taken = new Uint8Array(count);
    let done = 0;
    while (done < count) {
      const chunk = this.#chunks[0] ?? taken;
      const part = chunk.subarray(0, count - done);
      taken.set(part, done);
      done += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    return taken;
  }
}
