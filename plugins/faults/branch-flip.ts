// An error in the branch unit: a conditional branch is taken where it should not be, or not taken where it should.
import type { FaultModel } from "../../core/index.ts";
import { instructionFault } from "./instruction-fault.ts";

export const branchFlip: FaultModel = instructionFault({
  name: "branch-flip",
  summary: "The next conditional branch goes the wrong way",
  site: "branch",
});
