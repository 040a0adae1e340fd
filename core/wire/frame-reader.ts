// Takes frames out of a stream of bytes, however it is cut, and accepts only what the other side sent, in its order.
import { timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ByteQueue } from "./byte-queue.ts";
import { frameCheck } from "./frame-writer.ts";
import { CHECK_BYTES, FRAME, HEADER_BYTES, type FrameKind } from "./wire-format.ts";

export interface Frame {
  readonly kind: FrameKind;
  readonly body: Uint8Array;
}

/** What came is not what was sent. */
export class CorruptFrame extends Error {}

const KINDS: readonly number[] = Object.values(FRAME);

export class FrameReader {
  readonly #key: Uint8Array;
  readonly #bytes: ByteQueue;
  readonly #maxBodyBytes: number;
  #number = 0;

  constructor(key: Uint8Array, bytes: ByteQueue, maxBodyBytes: number) {
    this.#key = key;
    this.#bytes = bytes;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** The next frame, undefined when it is not there in full. @throws CorruptFrame */
  next(): Frame | undefined {
    const header = this.#bytes.peek(HEADER_BYTES);
    if (header === undefined) return undefined;
    if (header.readUInt32BE(12) !== crc32(header.subarray(0, 12))) {
      throw new CorruptFrame("the header of a frame is damaged");
    }
    const length = header.readUInt32BE(0);
    const kind = header.readUInt16BE(4);
    const number = header.readUIntBE(6, 6);
    if (length > this.#maxBodyBytes) {
      throw new CorruptFrame(`a frame claims ${length} bytes, ${this.#maxBodyBytes} are allowed`);
    }
    if (!isFrameKind(kind)) throw new CorruptFrame(`a frame is of unknown kind ${kind}`);
    if (number !== this.#number) {
      throw new CorruptFrame(`frame ${number} came where ${this.#number} was due`);
    }
    const frame = this.#bytes.take(HEADER_BYTES + length + CHECK_BYTES);
    if (frame === undefined) return undefined;
    const body = frame.subarray(HEADER_BYTES, HEADER_BYTES + length);
    const check = frameCheck(this.#key, frame.subarray(0, HEADER_BYTES), body);
    if (!timingSafeEqual(check, frame.subarray(HEADER_BYTES + length))) {
      throw new CorruptFrame(`the check of frame ${number} does not match its content`);
    }
    this.#number++;
    return { kind, body };
  }
}

function isFrameKind(kind: number): kind is FrameKind {
  return KINDS.includes(kind);
}
