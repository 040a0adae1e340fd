// Boots a Linux kernel directly in S-mode, with the built-in SBI in the place of firmware.
// Source: Linux Documentation/arch/riscv/boot.rst: a0 hart id, a1 device tree, satp 0.
import type { BootLoader } from "../../../core/index.ts";
import { missingImage } from "./image-file.ts";
import { LINUX_OPTIONS, LINUX_PATHS, loadLinuxPayload, textOption } from "./linux-payload.ts";
import type { RiscvStart } from "./riscv-start.ts";
import { readSymbolMap } from "./symbol-map.ts";

export const sbiLinux: BootLoader = {
  kind: "boot",
  name: "sbi-linux",
  summary: "Linux kernel and initramfs on the built-in SBI, without firmware.",
  schema: { type: "object", properties: LINUX_OPTIONS, additionalProperties: false },
  paths: LINUX_PATHS,

  async load(options, context) {
    const kernel = textOption(options, "kernel") ?? context.images["kernel"];
    if (kernel === undefined) throw missingImage("sbi-linux", "kernel");
    const initramfs = textOption(options, "initramfs") ?? context.images["initramfs"];
    const payload = await loadLinuxPayload(
      {
        kernel,
        ...(initramfs === undefined ? {} : { initramfs }),
        commandLine: textOption(options, "commandLine") ?? "",
        rngSeed: textOption(options, "rngSeed"),
        reserved: [],
        floor: 0,
      },
      context,
    );
    const start: RiscvStart = {
      pc: payload.kernelAddress ?? context.ramBase,
      arguments: [payload.deviceTree],
      isSbiBuiltIn: true,
    };
    const symbols = await readSymbolMap(textOption(options, "symbols"));
    return { segments: payload.segments, start, symbols };
  },
};
