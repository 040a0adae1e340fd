// Debian's kernel and initramfs as `configs/debian-solo.yaml` obtains them, for our runs and for QEMU's.
import { join } from "node:path";
import { loadConfig } from "../core/config/load-config.ts";
import { ExtravirtError } from "../core/index.ts";
import { BenchError } from "./bench-error.ts";
import type { Images } from "./workloads.ts";

const CONFIG = join(import.meta.dirname, "../configs/debian-solo.yaml");

/**
 * @param files to add to the initramfs: host path to guest path.
 * @returns undefined, after a message, where this host can't provide them.
 */
export async function obtainDebianImages(
  note: (text: string) => void,
  files: Readonly<Record<string, string>> = {},
): Promise<Images | undefined> {
  const { config, registry } = await loadConfig(CONFIG);
  if (config.images === undefined) throw new BenchError(`${CONFIG} names no images`);
  const { use, ...options } = config.images;
  try {
    const { kernel, initramfs } = await registry
      .get("image-source", use)
      .obtain({ ...options, files }, note);
    if (kernel !== undefined && initramfs !== undefined) return { kernel, initramfs };
    throw new BenchError(`${CONFIG} obtains no kernel or no initramfs`);
  } catch (error) {
    if (!(error instanceof ExtravirtError)) throw error;
    note(`Debian is left out: ${error.message} ${error.remedy}`);
    return undefined;
  }
}
