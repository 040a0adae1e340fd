import { loadDataBitFlip } from "../../../plugins/faults/load-data-bit-flip.ts";
import { describeInstructionFault } from "./instruction-fault-kit.ts";

describeInstructionFault(loadDataBitFlip, "load-data", 64);
