import { loadAddressBitFlip } from "../../../plugins/faults/load-address-bit-flip.ts";
import { describeInstructionFault } from "./instruction-fault-kit.ts";

describeInstructionFault(loadAddressBitFlip, "load-address", 64);
