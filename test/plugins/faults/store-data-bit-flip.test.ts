import { storeDataBitFlip } from "../../../plugins/faults/store-data-bit-flip.ts";
import { describeInstructionFault } from "./instruction-fault-kit.ts";

describeInstructionFault(storeDataBitFlip, "store-data", 64);
