// A small RISC-V machine that runs a bundled guest, for tests of what the toy architecture does not have.
import { fileURLToPath } from "node:url";
import type { MachineConfig } from "../../../core/index.ts";

export const bareMetalMachine = (
  guest: string,
  platform: Readonly<Record<string, unknown>> = {},
  harts = 1,
): MachineConfig => ({
  platform: { use: "riscv-virt", ...platform },
  harts,
  ramBytes: 16 * 2 ** 20,
  boot: {
    use: "elf",
    program: fileURLToPath(new URL(`../../../guests/bin/${guest}.elf`, import.meta.url)),
  },
  devices: [],
  clock: { stepsPerTick: 100, startTime: "2026-01-01T00:00:00Z" },
});
