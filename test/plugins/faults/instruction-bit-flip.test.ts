import { instructionBitFlip } from "../../../plugins/faults/instruction-bit-flip.ts";
import { describeInstructionFault } from "./instruction-fault-kit.ts";

describeInstructionFault(instructionBitFlip, "instruction", 32);
