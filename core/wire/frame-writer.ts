// Makes frames: numbered, with a check under the session key of this direction.
import { createHmac } from "node:crypto";
import { crc32 } from "node:zlib";
import { CHECK_BYTES, HEADER_BYTES, type FrameKind } from "./wire-format.ts";

export class FrameWriter {
  readonly #key: Uint8Array;
  #number = 0;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Header, body and check, to be written one after the other. */
  frame(kind: FrameKind, body: Uint8Array): [Uint8Array, Uint8Array, Uint8Array] {
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    header.writeUInt32BE(body.length, 0);
    header.writeUInt16BE(kind, 4);
    header.writeUIntBE(this.#number++, 6, 6);
    header.writeUInt32BE(crc32(header.subarray(0, 12)), 12);
    return [header, body, frameCheck(this.#key, header, body)];
  }
}

export function frameCheck(key: Uint8Array, header: Uint8Array, body: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(header).update(body).digest().subarray(0, CHECK_BYTES);
}
