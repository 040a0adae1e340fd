// An error on the way from memory to the decoder: the instruction is another one, once.
import type { FaultModel } from "../../core/index.ts";
import { instructionFault } from "./instruction-fault.ts";

export const instructionBitFlip: FaultModel = instructionFault({
  name: "instruction-bit-flip",
  summary: "Flips a bit in the next instruction word, for one execution",
  site: "instruction",
  bits: { count: 32, of: "an instruction word" },
});
