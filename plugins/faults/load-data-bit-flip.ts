// An error on the way from memory or a cache to a register; memory itself stays right.
import type { FaultModel } from "../../core/index.ts";
import { instructionFault } from "./instruction-fault.ts";

export const loadDataBitFlip: FaultModel = instructionFault({
  name: "load-data-bit-flip",
  summary: "Flips a bit in the data of the next load",
  site: "load-data",
  bits: { count: 64, of: "the data of a load" },
});
