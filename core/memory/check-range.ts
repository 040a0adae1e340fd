// Devices and plugins address guest memory by offsets that a guest may have chosen.
import { ExtravirtError } from "../api/extravirt-error.ts";

/** @throws XV_ERR_MACHINE_MEMORY_RANGE unless these bytes lie in a memory of so many */
export function checkRange(address: number, length: number, memoryBytes: number): void {
  if (address >= 0 && address + length <= memoryBytes) return;
  throw new ExtravirtError(
    "XV_ERR_MACHINE_MEMORY_RANGE",
    `access of ${length} bytes at offset ${address} lies outside the machine's memory of ${memoryBytes} bytes`,
    {
      remedy:
        "This is a fault in a device model or plugin: it must check addresses that a guest chooses.",
    },
  );
}
