// A copy-on-write overlay: the base image is never written, changed clusters of 64 KiB live in a sparse file.
//
//   offset  size   field (little-endian)
//        0     8   magic "XVOVRLAY"
//        8     4   format version, 1
//       12     4   bytes per cluster, 65536
//       16     8   bytes of the disk (must equal the base's)
//     4096     -   bitmap: bit n of byte m is cluster 8m + n, 1 = in this file
//   then, at the next multiple of a cluster: the clusters, each at its own place
//
// A flush makes clusters durable before the bitmap that names them, so a crash loses unflushed writes only.
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync } from "node:fs";
import { ExtravirtError } from "../../../core/index.ts";
import type { BlockStore } from "./block-store.ts";
import { claimFile } from "./file-claims.ts";
import { readFully, writeFully } from "./raw-file.ts";

const MAGIC = "XVOVRLAY";
const FORMAT = 1;
const CLUSTER_BYTES = 65_536;
const HEADER_BYTES = 4096;

export class OverlayFile implements BlockStore {
  readonly bytes: number;
  readonly #base: BlockStore;
  readonly #descriptor: number;
  readonly #bitmap: Uint8Array;
  readonly #dataStart: number;
  readonly #release: () => void;
  #isBitmapChanged = false;

  /**
   * Opens the overlay at `path`, creating it when there is none. Takes over `base`.
   * @throws XV_ERR_DISK_OVERLAY when the file is no overlay, or one of another base; XV_ERR_DISK_IN_USE
   */
  constructor(path: string, base: BlockStore) {
    this.bytes = base.bytes;
    this.#base = base;
    const bitmapBytes = Math.ceil(base.bytes / CLUSTER_BYTES / 8);
    this.#dataStart = roundUp(HEADER_BYTES + bitmapBytes, CLUSTER_BYTES);
    const { descriptor, isNew } = openOverlay(path);
    this.#descriptor = descriptor;
    try {
      const { dev, ino } = fstatSync(descriptor);
      this.#release = claimFile(`${dev}:${ino}`, { option: "overlay", path, isWriter: true });
      try {
        if (isNew) this.#format();
        else this.#check(path);
        this.#bitmap = readFully(descriptor, HEADER_BYTES, bitmapBytes);
      } catch (error) {
        this.#release();
        throw error;
      }
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  get keepsBack(): boolean {
    return this.#isBitmapChanged;
  }

  read(offset: number, length: number): Uint8Array {
    const data = new Uint8Array(length);
    for (const part of clustersOf(offset, length)) {
      const bytes = this.#holds(part.cluster)
        ? readFully(this.#descriptor, this.#dataStart + part.offset, part.length)
        : this.#base.read(part.offset, part.length);
      data.set(bytes, part.offset - offset);
    }
    return data;
  }

  write(offset: number, data: Uint8Array): void {
    for (const part of clustersOf(offset, data.length)) {
      if (!this.#holds(part.cluster)) this.#copyUp(part.cluster, part.length);
      const from = part.offset - offset;
      const bytes = data.subarray(from, from + part.length);
      writeFully(this.#descriptor, this.#dataStart + part.offset, bytes);
      this.#hold(part.cluster);
    }
  }

  flush(): void {
    fsyncSync(this.#descriptor);
    if (!this.#isBitmapChanged) return;
    writeFully(this.#descriptor, HEADER_BYTES, this.#bitmap);
    fsyncSync(this.#descriptor);
    this.#isBitmapChanged = false;
  }

  close(isFlushing: boolean): void {
    try {
      if (isFlushing) this.flush();
    } finally {
      closeSync(this.#descriptor);
      this.#release();
      this.#base.close(isFlushing);
    }
  }

  #holds(cluster: number): boolean {
    return ((this.#bitmap[cluster >>> 3] ?? 0) & (1 << (cluster & 7))) !== 0;
  }

  #hold(cluster: number): void {
    if (this.#holds(cluster)) return;
    this.#bitmap[cluster >>> 3] = (this.#bitmap[cluster >>> 3] ?? 0) | (1 << (cluster & 7));
    this.#isBitmapChanged = true;
  }

  /** Copies a cluster from the base, unless the coming write replaces all of it. */
  #copyUp(cluster: number, writtenBytes: number): void {
    const start = cluster * CLUSTER_BYTES;
    const length = Math.min(CLUSTER_BYTES, this.bytes - start);
    if (writtenBytes === length) return;
    writeFully(this.#descriptor, this.#dataStart + start, this.#base.read(start, length));
  }

  #format(): void {
    const header = new Uint8Array(HEADER_BYTES);
    header.set(Buffer.from(MAGIC));
    const view = new DataView(header.buffer);
    view.setUint32(8, FORMAT, true);
    view.setUint32(12, CLUSTER_BYTES, true);
    view.setBigUint64(16, BigInt(this.bytes), true);
    ftruncateSync(this.#descriptor, this.#dataStart + this.bytes);
    writeFully(this.#descriptor, 0, header);
  }

  #check(path: string): void {
    const { size } = fstatSync(this.#descriptor);
    if (size < this.#dataStart) throw unusable(path, "it is too short");
    const header = Buffer.from(readFully(this.#descriptor, 0, HEADER_BYTES));
    if (header.toString("latin1", 0, MAGIC.length) !== MAGIC) {
      throw unusable(path, "it is no overlay of this program");
    }
    if (header.readUInt32LE(8) !== FORMAT || header.readUInt32LE(12) !== CLUSTER_BYTES) {
      throw unusable(path, `its format is ${header.readUInt32LE(8)}, not ${FORMAT}`);
    }
    const disk = header.readBigUInt64LE(16);
    if (disk !== BigInt(this.bytes)) {
      throw unusable(path, `it belongs to a disk of ${disk} bytes, this one has ${this.bytes}`);
    }
  }
}

function openOverlay(path: string): { descriptor: number; isNew: boolean } {
  try {
    return { descriptor: openSync(path, "wx+"), isNew: true };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) {
      throw unusable(path, error instanceof Error ? error.message : String(error), error);
    }
  }
  try {
    return { descriptor: openSync(path, "r+"), isNew: false };
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error), error);
  }
}

function unusable(path: string, why: string, cause?: unknown): ExtravirtError {
  return new ExtravirtError("XV_ERR_DISK_OVERLAY", `cannot use the overlay: ${why}`, {
    place: "overlay",
    value: path,
    remedy: "Name the overlay made for this disk, or a file that does not exist yet.",
    cause,
  });
}

function* clustersOf(
  offset: number,
  length: number,
): Generator<{ cluster: number; offset: number; length: number }> {
  for (let at = offset; at < offset + length;) {
    const cluster = Math.floor(at / CLUSTER_BYTES);
    const end = Math.min(offset + length, (cluster + 1) * CLUSTER_BYTES);
    yield { cluster, offset: at, length: end - at };
    at = end;
  }
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
