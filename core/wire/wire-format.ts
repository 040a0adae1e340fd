// What goes over a wire, in bytes. Integers are big-endian.
//
//   preamble, by each side as its first bytes
//     8   magic
//     2   version of the wire
//     2   version of the payload's serialization (v8)
//     1   1 when the side has a pre-shared key, 0 when not
//     1   0
//     2   length of the identity
//     32  nonce
//     n   identity: JSON
//   then one of
//     1   "P": proof, and 32 bytes: HMAC-SHA256 of role and both preambles under the pre-shared key (or the empty one)
//     1   "R": refusal, 2 bytes of length, and the reason in UTF-8
//   then frames
//     4   length of the body
//     2   kind
//     6   number of the frame, counted from 0 in each direction
//     4   CRC-32 of the 12 bytes before: a length that was hit shows at once, and not by a frame that never ends
//     n   body
//     16  first half of HMAC-SHA256 of header and body under the direction's session key
import { ExtravirtError, type ErrorCode } from "../api/extravirt-error.ts";

export const WIRE_VERSION = 1;
/** Made so that line ending translation and 7-bit channels show, as PNG's signature does (RFC 2083, section 12.11). */
export const MAGIC: Uint8Array = Uint8Array.from([0x8e, 0x58, 0x56, 0x57, 0x0d, 0x0a, 0x1a, 0x0a]);

export const NONCE_BYTES = 32;
/** Preamble without the identity. */
export const PREAMBLE_BYTES = 48;
export const PROOF_BYTES = 32;
export const MARK = { proof: 0x50, refusal: 0x52 } as const;

export const HEADER_BYTES = 16;
export const CHECK_BYTES = 16;

export const FRAME = { message: 0, ping: 1, pong: 2, close: 3 } as const;
export type FrameKind = (typeof FRAME)[keyof typeof FRAME];

export type WireSide = "initiator" | "acceptor";

/** Any error of a wire. `place` is the other end, as the user knows it. */
export function wireError(
  code: ErrorCode,
  place: string,
  message: string,
  remedy: string,
  cause?: unknown,
): ExtravirtError {
  return new ExtravirtError(code, message, { place, remedy, cause });
}
