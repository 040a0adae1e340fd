import { storeAddressBitFlip } from "../../../plugins/faults/store-address-bit-flip.ts";
import { describeInstructionFault } from "./instruction-fault-kit.ts";

describeInstructionFault(storeAddressBitFlip, "store-address", 64);
