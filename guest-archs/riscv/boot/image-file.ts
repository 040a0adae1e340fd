// Reads image files for the boot loaders, with errors that name the file.
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { ExtravirtError } from "../../../core/index.ts";

/** @param role what the file is for, in messages: "kernel", "initramfs". */
export async function readImageFile(path: string, role: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ExtravirtError("XV_ERR_IMAGE_UNREADABLE", `cannot read the ${role}: ${why}`, {
      place: `boot.${role}`,
      value: path,
      remedy:
        "Correct the path, or make the file readable; relative paths start at the config's folder.",
      cause,
    });
  }
  if (bytes.length === 0) throw truncated(path, role, "the file is empty");
  return bytes;
}

/** Decompresses gzip files, returns others as they are. @throws XV_ERR_IMAGE_TRUNCATED */
export function decompressImage(bytes: Uint8Array, path: string, role: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw truncated(path, role, "its gzip data is incomplete or damaged", cause);
  }
}

export function truncated(
  path: string,
  role: string,
  why: string,
  cause?: unknown,
): ExtravirtError {
  return new ExtravirtError("XV_ERR_IMAGE_TRUNCATED", `the ${role} is not complete: ${why}`, {
    place: `boot.${role}`,
    value: path,
    remedy: "Obtain the file again and compare its size or checksum with the original.",
    cause,
  });
}

/** An image that is needed and named neither by the boot options nor by the `images` slot. */
export function missingImage(loader: string, role: string): ExtravirtError {
  return new ExtravirtError("XV_ERR_IMAGE_MISSING", `boot loader ${loader} needs a ${role}`, {
    place: `machine.boot.${role}`,
    remedy: `Set "${role}" to a file, or fill the "images" slot with a source that provides one.`,
  });
}
