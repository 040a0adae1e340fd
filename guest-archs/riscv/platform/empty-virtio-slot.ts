// A virtio-mmio slot without a device, as QEMU's `virt` machine has them: magic and version answer, and DeviceID 0
// tells a driver that probes all slots to go on. Source: VIRTIO 1.2, section 4.2.2.
import type { Device } from "../../../core/index.ts";

const MAGIC_VALUE = 0x000;
const VERSION = 0x004;

export const emptyVirtioSlot: Device = {
  read(offset, size) {
    if (size !== 4) return 0;
    if (offset === MAGIC_VALUE) return 0x7472_6976; // "virt"
    return offset === VERSION ? 2 : 0;
  },
  write() {},
  save() {},
  restore() {},
};
