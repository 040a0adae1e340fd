// Inter-processor interrupts (RISC-V SBI 2.0, chapter 7).
import { hartsOfMask } from "./hart-mask.ts";
import { failure, SBI, type SbiExtension, success } from "./sbi-extension.ts";

export const IPI: SbiExtension = {
  id: 0x0073_5049,
  name: "IPI",
  call: ({ machine, functionId, argument }) => {
    if (functionId !== 0) return failure(SBI.notSupported);
    const harts = hartsOfMask(machine, argument(0), argument(1));
    if (harts === undefined) return failure(SBI.invalidParam);
    for (const hartId of harts) machine.hart(hartId)?.raiseSoftwareInterrupt();
    return success();
  },
};
