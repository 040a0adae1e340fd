// Reads a container. Everything is verified when it is opened, so that nothing altered is ever acted upon; contents are
// read again where they are needed, so that a long recording need not fit into memory.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { zstdDecompressSync } from "node:zlib";
import { ExtravirtError } from "../api/extravirt-error.ts";
import {
  BLOCK_HEADER_BYTES,
  DIGEST_BYTES,
  FILE_HEADER_BYTES,
  FORMAT,
  decodeBlockHeader,
  decodeFileHeader,
  digestOf,
  type BlockHeader,
  type BlockType,
  type ContainerKind,
} from "./container-format.ts";

export interface Block extends BlockHeader {
  /** Of its header, from the start of the file. */
  readonly offset: number;
}

export class ContainerReader {
  readonly path: string;
  readonly blocks: readonly Block[];
  /** False where the writer did not come to its end. */
  readonly isSealed: boolean;
  /** Digest of the last block, in hexadecimal: it stands for everything in the file. */
  readonly digest: string;
  readonly #file: number;

  /**
   * @throws XV_ERR_RECORDING_UNREADABLE, XV_ERR_RECORDING_FOREIGN, XV_ERR_RECORDING_VERSION, XV_ERR_RECORDING_ALTERED
   */
  constructor(path: string, kind: ContainerKind) {
    this.path = path;
    this.#file = openForReading(path);
    try {
      const size = this.#guarded(() => fstatSync(this.#file).size);
      const header = this.#read(0, Math.min(FILE_HEADER_BYTES, size));
      checkFileHeader(header, path, kind);
      const blocks: Block[] = [];
      let digest = digestOf(header);
      let at = FILE_HEADER_BYTES;
      while (at < size) {
        if (blocks.at(-1)?.type === "SEAL") throw altered(path, at, "it goes on behind its seal");
        const found = this.#verify(at, size, digest);
        if (found === undefined) break;
        blocks.push(found.block);
        digest = found.digest;
        at += BLOCK_HEADER_BYTES + found.block.storedBytes + DIGEST_BYTES;
      }
      this.blocks = blocks;
      this.isSealed = blocks.at(-1)?.type === "SEAL";
      this.digest = Buffer.from(digest).toString("hex");
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  /** Contents of a block. @throws XV_ERR_RECORDING_ALTERED */
  contents(block: Block): Uint8Array {
    const stored = this.#read(block.offset + BLOCK_HEADER_BYTES, block.storedBytes);
    if (!block.isCompressed) return stored;
    try {
      const contents = zstdDecompressSync(stored, { maxOutputLength: Math.max(1, block.bytes) });
      if (contents.length === block.bytes) return Uint8Array.from(contents);
    } catch {
      // Told below.
    }
    throw altered(this.path, block.offset, "a block does not hold what it says");
  }

  /**
   * Contents of a block, understood by `decode`; whatever that throws means that the block holds something else.
   * @throws XV_ERR_RECORDING_ALTERED
   */
  decode<T>(block: Block, decode: (contents: Uint8Array) => T): T {
    const contents = this.contents(block);
    try {
      return decode(contents);
    } catch (error) {
      if (error instanceof ExtravirtError) throw error;
      throw altered(this.path, block.offset, `a ${block.type} block makes no sense`);
    }
  }

  first(type: BlockType): Block | undefined {
    return this.blocks.find((block) => block.type === type);
  }

  close(): void {
    closeSync(this.#file);
  }

  /** @returns undefined when the file ends within the block: the writer was cut off there. */
  #verify(
    offset: number,
    size: number,
    before: Uint8Array,
  ): { readonly block: Block; readonly digest: Uint8Array } | undefined {
    if (offset + BLOCK_HEADER_BYTES > size) return undefined;
    const header = this.#read(offset, BLOCK_HEADER_BYTES);
    const decoded = decodeBlockHeader(header);
    if (decoded === undefined)
      throw altered(this.path, offset, "there is no block where one is due");
    const end = offset + BLOCK_HEADER_BYTES + decoded.storedBytes;
    if (end + DIGEST_BYTES > size) return undefined;
    const stored = this.#read(offset + BLOCK_HEADER_BYTES, decoded.storedBytes);
    const digest = digestOf(before, header, stored);
    if (Buffer.compare(digest, this.#read(end, DIGEST_BYTES)) !== 0) {
      throw altered(this.path, offset, "a digest does not match");
    }
    return { block: { ...decoded, offset }, digest };
  }

  #read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#guarded(() => {
      for (let done = 0; done < length;) {
        const count = readSync(this.#file, bytes, done, length - done, offset + done);
        if (count === 0) throw new Error("the file became shorter while it was read");
        done += count;
      }
    });
    return bytes;
  }

  #guarded<T>(action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw unreadable(this.path, cause);
    }
  }
}

function openForReading(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function checkFileHeader(bytes: Uint8Array, path: string, kind: ContainerKind): void {
  const header = decodeFileHeader(bytes);
  const article = kind === "incident" ? "an incident" : "a recording";
  if (header === undefined) {
    throw new ExtravirtError("XV_ERR_RECORDING_FOREIGN", `The file is not ${article}.`, {
      place: path,
      value: bytes.length < FILE_HEADER_BYTES ? `${bytes.length} bytes` : "other first bytes",
      remedy: `Name ${article} that ExtraVirt wrote.`,
    });
  }
  if (header.format !== FORMAT) {
    throw new ExtravirtError(
      "XV_ERR_RECORDING_VERSION",
      "The file has another format version than this ExtraVirt reads.",
      {
        place: path,
        value: `format ${header.format}, this is format ${FORMAT}`,
        remedy:
          header.format > FORMAT
            ? "Read it with a newer ExtraVirt."
            : "Read it with the ExtraVirt that wrote it.",
      },
    );
  }
  if (header.kind !== kind) {
    const other = header.kind ?? "something else";
    throw new ExtravirtError("XV_ERR_RECORDING_FOREIGN", `The file is not ${article}.`, {
      place: path,
      value: other,
      remedy:
        other === "incident"
          ? "Incidents are for `extravirt bisect`."
          : `Name ${article}; recordings are for \`extravirt replay\`.`,
    });
  }
}

function altered(path: string, offset: number, what: string): ExtravirtError {
  return new ExtravirtError("XV_ERR_RECORDING_ALTERED", `The file was altered: ${what}.`, {
    place: path,
    value: `at byte ${offset}`,
    remedy: "Use an unaltered copy; nothing of this one can be trusted.",
  });
}

function unreadable(path: string, cause: unknown): ExtravirtError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ExtravirtError("XV_ERR_RECORDING_UNREADABLE", `The file can't be read: ${reason}.`, {
    place: path,
    remedy: "Name a recording or incident that exists and that you can read.",
    cause,
  });
}
