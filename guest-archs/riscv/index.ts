// Built-in plugin: 64-bit RISC-V, its platform and its boot loaders.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { elf } from "./boot/elf.ts";
import { firmware } from "./boot/firmware.ts";
import { sbiLinux } from "./boot/sbi-linux.ts";
import { riscvVirt } from "./platform/riscv-virt.ts";

const plugin: Plugin = {
  name: "riscv",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [riscvVirt, sbiLinux, firmware, elf]) registry.register(provider);
  },
};

export default plugin;
