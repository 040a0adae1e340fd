// System reset (RISC-V SBI 2.0, chapter 10).
import { failure, SBI, type SbiExtension } from "./sbi-extension.ts";

const SHUTDOWN = 0n;
const WARM_REBOOT = 2n;
const NO_REASON = 0n;
const SYSTEM_FAILURE = 1n;

export const SRST: SbiExtension = {
  id: 0x5352_5354,
  name: "SRST",
  call: ({ machine, functionId, argument }) => {
    if (functionId !== 0) return failure(SBI.notSupported);
    const type = BigInt.asUintN(32, argument(0));
    const reason = BigInt.asUintN(32, argument(1));
    if (type > WARM_REBOOT || reason > SYSTEM_FAILURE) return failure(SBI.invalidParam);
    if (type !== SHUTDOWN) machine.stop("reset", 0);
    else if (reason === NO_REASON) machine.stop("power-off", 0);
    else machine.stop("guest-failure", 1);
    return undefined;
  },
};
