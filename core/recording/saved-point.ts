// A point from which a machine goes on: machine state, and the pages that changed since the point before it, by digest.
//
//   offset  size  field
//        0     4  bytes of the description
//        4     -  description, JSON: epoch, steps, stateBytes (-1 at power-on), pages
//        -     -  machine state
//        -    36  per page: its number (u32), SHA-256 of its contents
import { DIGEST_BYTES } from "./container-format.ts";

const PAGE_ENTRY_BYTES = 4 + DIGEST_BYTES;

export interface SavedPage {
  readonly page: number;
  /** SHA-256 of the contents, in hexadecimal. */
  readonly digest: string;
}

export interface SavedPoint {
  /** Last epoch it includes; -1 at power-on. */
  readonly epoch: number;
  readonly steps: number;
  /** Undefined at power-on. */
  readonly state: Uint8Array | undefined;
  /** Those that differ from the point before; from all zeros where there is none. */
  readonly pages: readonly SavedPage[];
}

export function encodePoint({ epoch, steps, state, pages }: SavedPoint): Uint8Array {
  const description = { epoch, steps, stateBytes: state?.length ?? -1, pages: pages.length };
  const text = Buffer.from(JSON.stringify(description));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const entries = Buffer.alloc(pages.length * PAGE_ENTRY_BYTES);
  for (const [index, { page, digest }] of pages.entries()) {
    entries.writeUInt32LE(page, index * PAGE_ENTRY_BYTES);
    entries.write(digest, index * PAGE_ENTRY_BYTES + 4, "hex");
  }
  return Buffer.concat([length, text, state ?? Buffer.alloc(0), entries]);
}

/** @throws RangeError or SyntaxError for anything else than a point */
export function decodePoint(contents: Uint8Array): SavedPoint {
  const bytes = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength);
  const textEnd = 4 + bytes.readUInt32LE(0);
  const { epoch, steps, stateBytes, pages } = JSON.parse(
    bytes.toString("utf8", 4, textEnd),
  ) as Record<"epoch" | "steps" | "stateBytes" | "pages", number>;
  const stateEnd = textEnd + Math.max(0, stateBytes);
  if (stateEnd + pages * PAGE_ENTRY_BYTES !== bytes.length) {
    throw new RangeError("a saved point is longer or shorter than it says");
  }
  return {
    epoch,
    steps,
    state: stateBytes < 0 ? undefined : Uint8Array.from(bytes.subarray(textEnd, stateEnd)),
    pages: Array.from({ length: pages }, (_, index) => {
      const at = stateEnd + index * PAGE_ENTRY_BYTES;
      const digest = bytes.toString("hex", at + 4, at + PAGE_ENTRY_BYTES);
      return { page: bytes.readUInt32LE(at), digest };
    }),
  };
}
