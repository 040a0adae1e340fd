// What every way to start Linux shares: the kernel at its place, initramfs and device tree near the top of RAM.
import type { BootContext, BootImage, DeviceTreeNode, OptionsSchema } from "../../../core/index.ts";
import { checkInitramfs } from "./initramfs-file.ts";
import { decompressImage, readImageFile } from "./image-file.ts";
import { parseLinuxImage } from "./linux-image.ts";
import { RNG_SEED_OPTION, rngSeed } from "./rng-seed.ts";
import { SYMBOLS_OPTION } from "./symbol-map.ts";
import { outsideRam, TopOfRam } from "./top-of-ram.ts";

export const LINUX_PATHS = ["kernel", "initramfs", "symbols"] as const;

export const LINUX_OPTIONS: OptionsSchema["properties"] = {
  kernel: {
    type: "string",
    description: "Kernel Image, flat or gzip. Default: the kernel of the images slot.",
  },
  initramfs: {
    type: "string",
    description: "Initial RAM file system. Default: that of the images slot, if it has one.",
  },
  commandLine: {
    type: "string",
    description: "Kernel command line.",
    default: "console=ttyS0",
  },
  rngSeed: RNG_SEED_OPTION,
  symbols: SYMBOLS_OPTION,
};

const PAGE = 4096;
/** Firmware edits the device tree where it lies, and makes it longer. */
const DEVICE_TREE_SLACK = 0x1_0000;
const DEVICE_TREE_ALIGNMENT = 0x1_0000;

export interface LoadedPayload {
  readonly segments: BootImage["segments"];
  readonly kernelAddress: number | undefined;
  readonly deviceTree: number;
  /** For further small parts. */
  readonly top: TopOfRam;
}

export interface PayloadRequest {
  /** Absent: only a device tree is placed. */
  readonly kernel?: string;
  readonly initramfs?: string;
  readonly commandLine: string;
  /** As the option says it; absent: no seed. */
  readonly rngSeed: string | undefined;
  readonly reserved: readonly { readonly address: number; readonly bytes: number }[];
  /** First free offset in RAM. */
  readonly floor: number;
}

/** @throws ExtravirtError for unreadable, wrong, truncated or too large images. */
export async function loadLinuxPayload(
  request: PayloadRequest,
  context: BootContext,
): Promise<LoadedPayload> {
  const { ramBase, ramBytes } = context;
  const segments: { address: number; bytes: Uint8Array }[] = [];
  let floor = ramBase + request.floor;
  let kernelAddress: number | undefined;
  if (request.kernel !== undefined) {
    const file = await readImageFile(request.kernel, "kernel");
    const image = parseLinuxImage(decompressImage(file, request.kernel, "kernel"), request.kernel);
    kernelAddress = ramBase + Math.max(image.textOffset, request.floor);
    floor = kernelAddress + image.imageBytes;
    if (floor > ramBase + ramBytes) {
      const needed = floor - ramBase;
      throw outsideRam(
        `the kernel needs ${needed} bytes from the start of RAM`,
        `${ramBytes} bytes`,
      );
    }
    segments.push({ address: kernelAddress, bytes: image.bytes });
  }
  const top = new TopOfRam(floor, ramBase + ramBytes);
  const seed = rngSeed(request.rngSeed);
  let chosen: DeviceTreeNode["properties"] = {
    bootargs: request.commandLine,
    ...(seed === undefined ? {} : { "rng-seed": seed }),
  };
  if (request.initramfs !== undefined) {
    const bytes = await readImageFile(request.initramfs, "initramfs");
    checkInitramfs(bytes, request.initramfs);
    const address = top.place("initramfs", bytes.length, PAGE);
    segments.push({ address, bytes });
    chosen = {
      ...chosen,
      "linux,initrd-start": cells64(address),
      "linux,initrd-end": cells64(address + bytes.length),
    };
  }
  const deviceTree = placeDeviceTree(chosen, request.reserved, top, context);
  segments.push(deviceTree);
  return { segments, kernelAddress, deviceTree: deviceTree.address, top };
}

export function placeDeviceTree(
  chosen: DeviceTreeNode["properties"],
  reserved: PayloadRequest["reserved"],
  top: TopOfRam,
  context: BootContext,
): { address: number; bytes: Uint8Array } {
  const bytes = context.flattenDeviceTree({ chosen, reserved });
  const room = bytes.length + DEVICE_TREE_SLACK;
  return { address: top.place("device tree", room, DEVICE_TREE_ALIGNMENT), bytes };
}

function cells64(value: number): number[] {
  return [Math.floor(value / 2 ** 32), value >>> 0];
}

/** A string option, or undefined. */
export function textOption(
  options: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}
