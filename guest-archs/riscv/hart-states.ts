// The states of all harts as they are compared and saved: their slots, one hart after the other.
import { ExtravirtError, type StateReader } from "../../core/index.ts";
import type { Hart } from "./hart.ts";
import { HART_STATE_BYTES, SLOT } from "./hart-layout.ts";

/** Without the sink, which no instruction reads. */
export function hartStates(harts: readonly Hart[]): Uint8Array {
  const bytes = new Uint8Array(harts.length * HART_STATE_BYTES);
  for (const hart of harts) {
    const at = hart.index * HART_STATE_BYTES;
    bytes.set(stateOf(hart), at);
    bytes.fill(0, at + SLOT.sink * 8, at + SLOT.sink * 8 + 8);
  }
  return bytes;
}

export function replaceHartStates(harts: readonly Hart[], bytes: Uint8Array): void {
  for (const hart of harts) {
    const at = hart.index * HART_STATE_BYTES;
    stateOf(hart).set(bytes.subarray(at, at + HART_STATE_BYTES));
    hart.privileged.slotsReplaced();
  }
}

function stateOf(hart: Hart): Uint8Array {
  return new Uint8Array(hart.slots.buffer, hart.base, HART_STATE_BYTES);
}

/** @throws XV_ERR_STATE_CORRUPT when they are those of another number of harts */
export function readHartStates(reader: StateReader, harts: number): Uint8Array {
  const saved = reader.u32();
  const bytes = reader.bytes();
  if (saved === harts && bytes.length === harts * HART_STATE_BYTES) return bytes;
  throw new ExtravirtError(
    "XV_ERR_STATE_CORRUPT",
    `The saved processor has ${saved} harts, this machine ${harts}.`,
    { remedy: "Restore into a machine with as many harts." },
  );
}
