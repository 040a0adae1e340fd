// Timer extension (RISC-V SBI 2.0, chapter 6): the comparator is stimecmp, which the built-in SBI enables.
import { SLOT } from "../../hart-layout.ts";
import { armSupervisorTimer } from "../csr-interrupts.ts";
import type { HartCore } from "../hart-core.ts";
import { failure, SBI, type SbiExtension, success } from "./sbi-extension.ts";

export const TIME: SbiExtension = {
  id: 0x5449_4d45,
  name: "TIME",
  call: ({ core, functionId, argument }) => {
    if (functionId !== 0) return failure(SBI.notSupported);
    setTimer(core, argument(0));
    return success();
  },
};

/** sbi_set_timer: STIP is pending from the given tick on, and not before. */
export function setTimer(core: HartCore, tick: bigint): void {
  core.state.set(SLOT.stimecmp, tick);
  armSupervisorTimer(core);
}
