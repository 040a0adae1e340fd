// Refuses a machine that the host can't hold, before anything is allocated.
import { ExtravirtError } from "../api/extravirt-error.ts";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import type { SharedLayout } from "./shared-layout.ts";

const MIB = 2 ** 20;

/**
 * @param replicas from the start; each may come to own every page it writes, but one full copy is the least a machine needs
 * @param copies full copies that there are in any case: more than one where replicas share nothing
 * @param availableBytes what the host has left (`process.availableMemory()`)
 * @throws XV_ERR_MEMORY_HOST_TOO_SMALL
 */
export function checkHostMemory(
  layout: SharedLayout,
  replicas: number,
  availableBytes: number,
  copies = 1,
): void {
  const needed = copies * layout.ramPages * PAGE_BYTES + replicas * layout.processorBytes;
  if (needed <= availableBytes) return;
  const inMib = (bytes: number): string => `${Math.ceil(bytes / MIB)} MiB`;
  throw new ExtravirtError(
    "XV_ERR_MEMORY_HOST_TOO_SMALL",
    `the machine needs at least ${inMib(needed)} of host memory, ${inMib(availableBytes)} are available`,
    {
      place: "machine.ram",
      value: inMib(layout.ramPages * PAGE_BYTES),
      remedy: "Give the machine less memory, or free memory on the host.",
    },
  );
}
