// Memory map of the riscv-virt platform: that of QEMU's `virt` machine (hw/riscv/virt.c), so that images made for it
// run unmodified.
//
//   0x0010_0000  test finisher          0x1000_0000  UART, interrupt 10
//   0x0010_1000  RTC, interrupt 11      0x1000_1000  8 virtio-mmio slots of 4 KiB, interrupts 1 to 8
//   0x0200_0000  CLINT                  0x8000_0000  RAM
//   0x0c00_0000  PLIC
import type { DevicePlace } from "../../../core/index.ts";

export const RAM_BASE = 0x8000_0000;
export const MAX_RAM_BYTES = 0x8000_0000;
export const MAX_HARTS = 8;

/** mtime and the time CSR advance at this rate. */
export const TIMEBASE_FREQUENCY = 10_000_000;

export const CLINT_PLACE: DevicePlace = { base: 0x200_0000, bytes: 0x1_0000, interrupt: 0 };
export const PLIC_PLACE: DevicePlace = { base: 0xc00_0000, bytes: 0x60_0000, interrupt: 0 };
/** Interrupt sources 1 to 95. */
export const PLIC_SOURCE_COUNT = 95;

export const TEST_PLACE: DevicePlace = { base: 0x10_0000, bytes: 0x1000, interrupt: 0 };
export const RTC_PLACE: DevicePlace = { base: 0x10_1000, bytes: 0x1000, interrupt: 11 };
export const UART_PLACE: DevicePlace = { base: 0x1000_0000, bytes: 0x100, interrupt: 10 };

const VIRTIO_SLOTS = 8;
const VIRTIO_SLOT_BYTES = 0x1000;
export const VIRTIO_PLACES: readonly DevicePlace[] = Array.from(
  { length: VIRTIO_SLOTS },
  (_, slot) => ({
    base: 0x1000_1000 + slot * VIRTIO_SLOT_BYTES,
    bytes: VIRTIO_SLOT_BYTES,
    interrupt: 1 + slot,
  }),
);
