// Boots external M-mode firmware such as OpenSBI's fw_dynamic.bin, unmodified, which starts the kernel. Builds with a
// fixed plan of memory (fw_jump.bin) put the device tree at 0x82200000, inside a kernel of more than 32 MiB.
// Source: OpenSBI docs/firmware/fw_dynamic.md and include/sbi/fw_dynamic.h.
//
//   fw_dynamic_info (a2), six u64: magic "OSBI" | version 2 | next_addr | next_mode (1 = S) | options | boot_hart
import { type BootLoader, ExtravirtError } from "../../../core/index.ts";
import { missingImage, readImageFile } from "./image-file.ts";
import { LINUX_OPTIONS, LINUX_PATHS, loadLinuxPayload, textOption } from "./linux-payload.ts";
import type { RiscvStart } from "./riscv-start.ts";
import { readSymbolMap } from "./symbol-map.ts";

/** Memory kept for the firmware at the start of RAM; kernels begin above it. */
const FIRMWARE_BYTES = 0x20_0000;
const INFO_MAGIC = 0x4942_534fn;
const INFO_VERSION = 2n;
const NEXT_MODE_SUPERVISOR = 1n;
const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46] as const;

export const firmware: BootLoader = {
  kind: "boot",
  name: "firmware",
  summary: "M-mode firmware image, such as OpenSBI's fw_dynamic.bin, that starts a Linux kernel.",
  schema: {
    type: "object",
    properties: {
      firmware: {
        type: "string",
        description: "Flat firmware image. Default: the firmware of the images slot.",
      },
      ...LINUX_OPTIONS,
    },
    additionalProperties: false,
  },
  paths: ["firmware", ...LINUX_PATHS],

  async load(options, context) {
    const path = textOption(options, "firmware") ?? context.images["firmware"];
    if (path === undefined) throw missingImage("firmware", "firmware");
    const image = await readFirmware(path);
    const kernel = textOption(options, "kernel") ?? context.images["kernel"];
    const initramfs = textOption(options, "initramfs") ?? context.images["initramfs"];
    const payload = await loadLinuxPayload(
      {
        ...(kernel === undefined ? {} : { kernel }),
        ...(initramfs === undefined ? {} : { initramfs }),
        commandLine: textOption(options, "commandLine") ?? "",
        rngSeed: textOption(options, "rngSeed"),
        reserved: [{ address: context.ramBase, bytes: FIRMWARE_BYTES }],
        floor: FIRMWARE_BYTES,
      },
      context,
    );
    const info = dynamicInfo(payload.kernelAddress ?? context.ramBase + FIRMWARE_BYTES);
    const infoAddress = payload.top.place("firmware's start information", info.length, 4096);
    const start: RiscvStart = {
      pc: context.ramBase,
      arguments: [payload.deviceTree, infoAddress],
      isSbiBuiltIn: false,
    };
    return {
      segments: [
        { address: context.ramBase, bytes: image },
        ...payload.segments,
        { address: infoAddress, bytes: info },
      ],
      start,
      symbols: await readSymbolMap(textOption(options, "symbols")),
    };
  },
};

async function readFirmware(path: string): Promise<Uint8Array> {
  const image = await readImageFile(path, "firmware");
  const isElf = ELF_MAGIC.every((byte, index) => image[index] === byte);
  if (isElf || image.length > FIRMWARE_BYTES) {
    const why = isElf
      ? "it is an ELF file"
      : `${image.length} bytes are more than ${FIRMWARE_BYTES}`;
    throw new ExtravirtError("XV_ERR_IMAGE_NOT_FIRMWARE", `no flat firmware image: ${why}`, {
      place: "boot.firmware",
      value: path,
      remedy: "Give the .bin file, for instance OpenSBI's fw_dynamic.bin for the generic platform.",
    });
  }
  return image;
}

function dynamicInfo(nextAddress: number): Uint8Array {
  const fields = [INFO_MAGIC, INFO_VERSION, BigInt(nextAddress), NEXT_MODE_SUPERVISOR, 0n, 0n];
  const info = new Uint8Array(fields.length * 8);
  const view = new DataView(info.buffer);
  fields.forEach((field, index) => view.setBigUint64(index * 8, field, true));
  return info;
}
