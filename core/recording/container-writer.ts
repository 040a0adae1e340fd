// Writes a container while a run goes on: blocks are queued, compressed off this thread and written in order. A write
// that fails ends the writing, not the run; whoever asks is told why.
import { open, rm, type FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import { constants, zstdCompress } from "node:zlib";
import {
  digestOf,
  encodeBlockHeader,
  encodeFileHeader,
  type BlockType,
  type ContainerKind,
} from "./container-format.ts";

/** Shorter contents are stored as they are. */
const WORTH_COMPRESSING = 128;
const COMPRESSION_LEVEL = 1;

const compress = promisify(zstdCompress);

export class ContainerWriter {
  readonly path: string;
  /** Told once when nothing is written any more. */
  onFailure: (why: string) => void = () => {};
  readonly #file: FileHandle;
  #digest: Uint8Array;
  #tail: Promise<void> = Promise.resolve();
  #queuedBytes = 0;
  #failure: string | undefined;
  #isClosed = false;

  private constructor(path: string, file: FileHandle, digest: Uint8Array) {
    this.path = path;
    this.#file = file;
    this.#digest = digest;
  }

  /** Creates the file, which must not exist. */
  static async create(path: string, kind: ContainerKind): Promise<ContainerWriter> {
    const header = encodeFileHeader(kind);
    const file = await open(path, "wx");
    try {
      await file.write(header);
    } catch (error) {
      await file.close();
      await rm(path, { force: true });
      throw error;
    }
    return new ContainerWriter(path, file, digestOf(header));
  }

  /** Why nothing is written any more, for people; undefined while all is well. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Bytes of contents that wait to be written. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Queues a block. The bytes must not change afterwards. */
  add(type: BlockType, contents: Uint8Array): void {
    if (this.#isClosed || this.#failure !== undefined) return;
    this.#queuedBytes += contents.length;
    this.#tail = this.#tail.then(async () => {
      try {
        if (this.#failure === undefined) await this.#write(type, contents);
      } catch (error) {
        this.#fail(error);
      }
      this.#queuedBytes -= contents.length;
    });
  }

  addJson(type: BlockType, value: unknown): void {
    this.add(type, Buffer.from(JSON.stringify(value)));
  }

  /** Resolves when everything queued so far is written or given up. Never rejects. */
  written(): Promise<void> {
    return this.#tail;
  }

  /** Writes what is queued and closes the file. Never rejects. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#tail;
    try {
      await this.#file.close();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error instanceof Error ? error.message : String(error);
    this.onFailure(this.#failure);
  }

  async #write(type: BlockType, contents: Uint8Array): Promise<void> {
    let stored = contents;
    if (contents.length >= WORTH_COMPRESSING) {
      const options = { params: { [constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL } };
      const compressed = await compress(contents, options);
      if (compressed.length < contents.length) stored = compressed;
    }
    const header = encodeBlockHeader({
      type,
      storedBytes: stored.length,
      bytes: contents.length,
      isCompressed: stored !== contents,
    });
    this.#digest = digestOf(this.#digest, header, stored);
    await writeAll(this.#file, Buffer.concat([header, stored, this.#digest]));
  }
}

/** A full disk may take part of what it is given. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done);
    done += bytesWritten;
  }
}
