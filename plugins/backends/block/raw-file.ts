// A raw disk image: byte n of the file is byte n of the disk.
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  type Stats,
  writeSync,
} from "node:fs";
import { ExtravirtError } from "../../../core/index.ts";
import type { BlockStore } from "./block-store.ts";
import { claimFile } from "./file-claims.ts";

export class RawFile implements BlockStore {
  readonly bytes: number;
  readonly #descriptor: number;
  readonly #isWritable: boolean;
  readonly #release: () => void;

  /** @throws XV_ERR_DISK_UNREADABLE, XV_ERR_DISK_UNWRITABLE, XV_ERR_DISK_IN_USE */
  constructor(path: string, isWritable: boolean) {
    this.#descriptor = openDisk(path, isWritable);
    this.#isWritable = isWritable;
    try {
      const stats = fstatSync(this.#descriptor);
      this.bytes = regularSize(stats, path);
      this.#release = claimFile(`${stats.dev}:${stats.ino}`, {
        option: "path",
        path,
        isWriter: isWritable,
      });
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  read(offset: number, length: number): Uint8Array {
    return readFully(this.#descriptor, offset, length);
  }

  write(offset: number, data: Uint8Array): void {
    writeFully(this.#descriptor, offset, data);
  }

  flush(): void {
    if (this.#isWritable) fsyncSync(this.#descriptor);
  }

  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.#descriptor);
      this.#release();
    }
  }
}

/** @throws when the file ends before `length` bytes. */
export function readFully(descriptor: number, offset: number, length: number): Uint8Array {
  const data = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const count = readSync(descriptor, data, done, length - done, offset + done);
    if (count === 0) throw new Error(`the file ends at ${offset + done}`);
    done += count;
  }
  return data;
}

export function writeFully(descriptor: number, offset: number, data: Uint8Array): void {
  for (let done = 0; done < data.length;) {
    done += writeSync(descriptor, data, done, data.length - done, offset + done);
  }
}

function openDisk(path: string, isWritable: boolean): number {
  try {
    return openSync(path, isWritable ? "r+" : "r");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const isReadable = isWritable && (code === "EACCES" || code === "EROFS" || code === "EPERM");
    throw new ExtravirtError(
      isReadable ? "XV_ERR_DISK_UNWRITABLE" : "XV_ERR_DISK_UNREADABLE",
      `cannot open the disk image: ${why}`,
      {
        place: "path",
        value: path,
        remedy: isReadable
          ? "Allow writing to the file, or set readOnly, overlay or temporary."
          : "Correct the path, or create the image: truncate -s 1G FILE.",
        cause,
      },
    );
  }
}

function regularSize(stats: Stats, path: string): number {
  if (stats.isFile()) return stats.size;
  throw new ExtravirtError("XV_ERR_DISK_UNREADABLE", "a disk image must be a regular file", {
    place: "path",
    value: path,
    remedy: "Give a raw image file.",
  });
}
