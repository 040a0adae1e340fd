// Finds the kernel in unpacked packages and makes sure it is the flat Image that boot loaders copy to RAM.
// Header: Documentation/arch/riscv/boot-image-header.rst in the kernel.
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { ExtravirtError } from "../../core/index.ts";

const PLACES = ["boot/vmlinux-*", "boot/vmlinuz-*", "{usr/,}lib/modules/*/vmlinu{x,z}"];
const MAGIC2_OFFSET = 0x38;
const MAGIC2 = "RSC\x05";

/** Contents of the kernel in the first of `roots` that has one. @throws XV_ERR_IMAGE_NO_KERNEL */
export async function readKernel(roots: readonly string[]): Promise<Buffer> {
  for (const root of roots) {
    for (const place of PLACES) {
      for (const name of (await Array.fromAsync(glob(place, { cwd: root }))).toSorted()) {
        return unwrapKernel(await readFile(join(root, name)), name);
      }
    }
  }
  throw new ExtravirtError("XV_ERR_IMAGE_NO_KERNEL", "The kernel package holds no kernel file.", {
    place: roots.join(", "),
    remedy: `Set the option \`suite\` to one whose kernel package has ${PLACES.join(" or ")}.`,
  });
}

/**
 * The flat Image inside `file`: as it is, gzip, or EFI zboot (gzip or zstd payload).
 * @throws XV_ERR_IMAGE_KERNEL_FORMAT
 */
export function unwrapKernel(file: Buffer, name: string): Buffer {
  if (isFlatImage(file)) return file;
  let inner: Buffer | undefined;
  if (file.readUInt16BE(0) === 0x1f8b) inner = gunzipSync(file);
  else if (file.toString("latin1", 4, 8) === "zimg") inner = unwrapZboot(file);
  if (inner !== undefined && isFlatImage(inner)) return inner;
  throw new ExtravirtError("XV_ERR_IMAGE_KERNEL_FORMAT", "The kernel is not a RISC-V Image.", {
    place: name,
    value: `begins with ${file.toString("hex", 0, 8)}`,
    remedy: "Use a kernel file that is a flat Image, or one compressed with gzip or as EFI zboot.",
  });
}

function isFlatImage(file: Buffer): boolean {
  return file.toString("latin1", MAGIC2_OFFSET, MAGIC2_OFFSET + MAGIC2.length) === MAGIC2;
}

// EFI zboot: payload offset at 8, size at 12, compression name at 24 (drivers/firmware/efi/libstub/zboot-header.S).
function unwrapZboot(file: Buffer): Buffer | undefined {
  const start = file.readUInt32LE(8);
  const payload = file.subarray(start, start + file.readUInt32LE(12));
  const compression = file.toString("latin1", 24, 32).replace(/\0.*/s, "");
  if (compression === "gzip") return gunzipSync(payload);
  if (compression === "zstd" || compression === "zstd22") return zstdDecompressSync(payload);
  return undefined;
}
