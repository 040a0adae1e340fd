// Tells whether an initramfs ends before it should; the kernel itself says so late, or starts without the missing files.
// Format: Linux, Documentation/driver-api/early-userspace/buffer-format.rst (cpio "newc").
import { decompressImage, truncated } from "./image-file.ts";

const MAGICS = ["070701", "070702"] as const;
const HEADER_BYTES = 110;
/** Field offsets in a header; each is 8 hexadecimal digits. */
const FILE_BYTES = 54;
const NAME_BYTES = 94;
const LAST_NAME = "TRAILER!!!";

/**
 * Follows the first archive to its end, if it is a cpio archive, plain or gzip; what else the kernel may know passes.
 *
 * @throws XV_ERR_IMAGE_TRUNCATED
 */
export function checkInitramfs(file: Uint8Array, path: string): void {
  const archive = decompressImage(file, path, "initramfs");
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.length);
  let at = 0;
  while (isHeader(bytes, at)) {
    const nameAt = at + HEADER_BYTES;
    const nameEnd = nameAt + hexField(bytes, at + NAME_BYTES);
    const dataAt = align4(nameEnd);
    const dataEnd = dataAt + hexField(bytes, at + FILE_BYTES);
    if (nameEnd <= bytes.length && bytes.toString("latin1", nameAt, nameEnd - 1) === LAST_NAME)
      return;
    at = align4(dataEnd);
    if (dataEnd > bytes.length || at >= bytes.length)
      throw truncated(path, "initramfs", "its cpio archive has no end");
  }
}

/** Or what there is of one at the end of the file. */
function isHeader(bytes: Buffer, at: number): boolean {
  const magic = bytes.toString("latin1", at, at + MAGICS[0].length);
  return magic !== "" && MAGICS.some((known) => known.startsWith(magic));
}

function hexField(bytes: Buffer, at: number): number {
  // Beyond the end of the file the field is empty: the caller then sees an entry that ends too late.
  const value = Number.parseInt(bytes.toString("latin1", at, at + 8), 16);
  return Number.isNaN(value) ? bytes.length : value;
}

function align4(offset: number): number {
  return Math.ceil(offset / 4) * 4;
}
