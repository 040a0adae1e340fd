// Says early that the host has too little memory, instead of being killed half way through a run.
import { ExtravirtError } from "../api/extravirt-error.ts";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import { bytesText } from "../config/parse-bytes.ts";

/** Node, workers and the translated code of two replicas. */
const OWN_BYTES = 128 * 2 ** 20;

/**
 * A guest may touch all of its memory; replicas share most of it, so one copy is what a run needs at least.
 * @throws XV_ERR_MEMORY_HOST_TOO_SMALL
 */
export function checkHostMemory(ramBytes: number, availableBytes: number, place: string): void {
  const needed = ramBytes + OWN_BYTES;
  if (needed <= availableBytes) return;
  const affordable = Math.max(0, availableBytes - OWN_BYTES);
  const suggestion = Math.floor(affordable / 2 ** 20) * 2 ** 20;
  throw new ExtravirtError(
    "XV_ERR_MEMORY_HOST_TOO_SMALL",
    `The host has too little memory: ${bytesText(needed)} are needed, ${bytesText(availableBytes)} are available.`,
    {
      place: `${place}: machine.ram`,
      value: bytesText(ramBytes),
      remedy:
        suggestion >= PAGE_BYTES
          ? `Free memory on the host, or give the machine at most ${bytesText(suggestion)}.`
          : "Free memory on the host.",
    },
  );
}
