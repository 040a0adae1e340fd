// A virtio-mmio slot without a device: magic and version answer, DeviceID 0 tells the driver to look no further.
// VIRTIO 1.2, section 4.2.2.
import type { Device } from "../../../core/index.ts";
import { MAGIC_VALUE, REGISTER, VENDOR_ID, VERSION } from "./mmio-transport.ts";

const ANSWERS: Readonly<Record<number, number>> = {
  [REGISTER.magicValue]: MAGIC_VALUE,
  [REGISTER.version]: VERSION,
  [REGISTER.vendorId]: VENDOR_ID,
};

/** Stateless; one object can answer for any number of slots of `slotBytes` each. */
export function createEmptySlot(slotBytes: number): Device {
  return {
    read: (offset, size) => (size === 4 ? (ANSWERS[offset % slotBytes] ?? 0) : 0),
    write() {},
    save() {},
    restore() {},
  };
}
