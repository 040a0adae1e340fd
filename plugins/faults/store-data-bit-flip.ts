// An error on the way from a register to memory, as in a store queue or a write buffer; the register stays right.
import type { FaultModel } from "../../core/index.ts";
import { instructionFault } from "./instruction-fault.ts";

export const storeDataBitFlip: FaultModel = instructionFault({
  name: "store-data-bit-flip",
  summary: "Flips a bit in the data of the next store",
  site: "store-data",
  bits: { count: 64, of: "the data of a store" },
});
