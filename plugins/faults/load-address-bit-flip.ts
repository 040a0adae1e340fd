// An error in address generation or in a load queue: a load reads from elsewhere.
import type { FaultModel } from "../../core/index.ts";
import { instructionFault } from "./instruction-fault.ts";

export const loadAddressBitFlip: FaultModel = instructionFault({
  name: "load-address-bit-flip",
  summary: "Flips a bit in the address of the next load",
  site: "load-address",
  bits: { count: 64, of: "an address" },
});
