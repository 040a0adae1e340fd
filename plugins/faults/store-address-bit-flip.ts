// An error in address generation or in a store queue: a store goes elsewhere, and is missed where it was meant to go.
import type { FaultModel } from "../../core/index.ts";
import { instructionFault } from "./instruction-fault.ts";

export const storeAddressBitFlip: FaultModel = instructionFault({
  name: "store-address-bit-flip",
  summary: "Flips a bit in the address of the next store",
  site: "store-address",
  bits: { count: 64, of: "an address" },
});
