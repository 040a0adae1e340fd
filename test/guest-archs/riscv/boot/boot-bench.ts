// Contexts and image files for the boot loaders' tests.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { BootContext, BootImage } from "../../../../core/index.ts";

export const RAM_BASE = 0x8000_0000;
const MIB = 2 ** 20;
/** Bytes of the stand-in for the device tree. */
const TREE_BYTES = 3000;

type Additions = Parameters<BootContext["flattenDeviceTree"]>[0];

export interface BootBench extends BootContext {
  /** Arguments of each call of flattenDeviceTree. */
  readonly additions: Additions[];
}

export function bootBench(ramMiB = 64, images: Readonly<Record<string, string>> = {}): BootBench {
  const additions: Additions[] = [];
  return {
    ramBase: RAM_BASE,
    ramBytes: ramMiB * MIB,
    harts: 2,
    images,
    additions,
    flattenDeviceTree(added) {
      additions.push(added);
      return new Uint8Array(TREE_BYTES).fill(0xd0);
    },
  };
}

/** Writes a file that vanishes with the test. @returns its path. */
export function imageFile(name: string, bytes: Uint8Array): string {
  const directory = mkdtempSync(join(tmpdir(), "extravirt-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

/** A file with the header of a Linux Image. */
export function linuxImage(
  options: { textOffset?: number; imageBytes?: number; fileBytes?: number; flags?: number } = {},
): Buffer {
  const { textOffset = 2 * MIB, imageBytes = 8 * MIB, fileBytes = 5000, flags = 0 } = options;
  const image = Buffer.alloc(fileBytes, 0xaa);
  image.writeBigUInt64LE(BigInt(textOffset), 8);
  image.writeBigUInt64LE(BigInt(imageBytes), 16);
  image.writeBigUInt64LE(BigInt(flags), 24);
  image.write("RISCV\0\0\0RSC\x05", 48, "latin1");
  image.writeUInt32LE(0, 60);
  return image;
}

/** Throws unless the segments lie in RAM and none overlaps another. */
export function assertDisjoint({ segments }: BootImage, context: BootContext): void {
  const sorted = [...segments].sort((a, b) => a.address - b.address);
  let end = context.ramBase;
  for (const { address, bytes } of sorted) {
    if (address < end) throw new Error(`overlap at 0x${address.toString(16)}`);
    end = address + bytes.length;
  }
  if (end > context.ramBase + context.ramBytes) throw new Error("beyond the end of RAM");
}
