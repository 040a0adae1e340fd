import { branchFlip } from "../../../plugins/faults/branch-flip.ts";
import { describeInstructionFault } from "./instruction-fault-kit.ts";

describeInstructionFault(branchFlip, "branch", 0);
