// The states of all harts as they are saved: their number and their slots.
import { ExtravirtError, type StateReader } from "../../core/index.ts";
import { HART_STATE_BYTES } from "./hart-layout.ts";

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
