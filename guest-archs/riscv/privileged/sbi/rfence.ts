// Remote fences (RISC-V SBI 2.0, chapter 8), without the hypervisor's. Address ranges and ASIDs narrow a fence down;
// all translations are dropped, which is always allowed.
import { hartsOfMask } from "./hart-mask.ts";
import { failure, SBI, type SbiExtension, success } from "./sbi-extension.ts";

const FENCE_I = 0;
const SFENCE_VMA_ASID = 2;

export const RFENCE: SbiExtension = {
  id: 0x5246_4e43,
  name: "RFNC",
  call: ({ machine, functionId, argument }) => {
    if (functionId > SFENCE_VMA_ASID) return failure(SBI.notSupported);
    const harts = hartsOfMask(machine, argument(0), argument(1));
    if (harts === undefined) return failure(SBI.invalidParam);
    for (const hartId of harts) {
      if (functionId === FENCE_I) machine.fenceInstructions(hartId);
      else machine.hart(hartId)?.fenceTranslations();
    }
    return success();
  },
};
