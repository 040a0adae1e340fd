// Hart state management (RISC-V SBI 2.0, chapter 9). Retentive suspend is a WFI; non-retentive is not offered.
//
// | function         | arguments                        |
// |------------------|----------------------------------|
// | 0 hart_start     | hart id, start address, opaque   |
// | 1 hart_stop      |                                  |
// | 2 hart_get_status| hart id                          |
// | 3 hart_suspend   | type                             |
import { SLOT } from "../../hart-layout.ts";
import { pendingInterrupts } from "../interrupts.ts";
import { HART_STOPPED, HART_WAITING, type SbiHart } from "./sbi-environment.ts";
import {
  failure,
  SBI,
  type SbiAnswer,
  type SbiCall,
  type SbiExtension,
  success,
} from "./sbi-extension.ts";

const STATUS_STARTED = 0n;
const STATUS_STOPPED = 1n;
const RETENTIVE = 0n;
const INSTRUCTION_BYTES = 2;

export const HSM: SbiExtension = {
  id: 0x0048_534d,
  name: "HSM",
  call: (call) => {
    switch (call.functionId) {
      case 0:
        return start(call);
      case 1:
        call.core.state.setLow(SLOT.waiting, HART_STOPPED);
        return undefined;
      case 2:
        return status(call);
      case 3:
        return suspend(call);
      default:
        return failure(SBI.notSupported);
    }
  },
};

function start(call: SbiCall): SbiAnswer {
  const target = namedHart(call);
  if (target === undefined) return failure(SBI.invalidParam);
  const address = call.argument(1);
  const isExecutable =
    address % BigInt(INSTRUCTION_BYTES) === 0n &&
    address <= BigInt(Number.MAX_SAFE_INTEGER) &&
    call.core.environment.isRam(Number(address), INSTRUCTION_BYTES);
  if (!isExecutable) return failure(SBI.invalidAddress);
  if (target.waiting !== HART_STOPPED) return failure(SBI.alreadyAvailable);
  target.start(address, call.argument(2));
  return success();
}

function status(call: SbiCall): SbiAnswer {
  const target = namedHart(call);
  if (target === undefined) return failure(SBI.invalidParam);
  return success(target.waiting === HART_STOPPED ? STATUS_STOPPED : STATUS_STARTED);
}

function suspend({ core, argument }: SbiCall): SbiAnswer {
  if (BigInt.asUintN(32, argument(0)) !== RETENTIVE) return failure(SBI.notSupported);
  const isWoken = (pendingInterrupts(core) & core.state.low(SLOT.mie)) !== 0;
  if (!isWoken) core.state.setLow(SLOT.waiting, HART_WAITING);
  return success();
}

function namedHart({ machine, argument }: SbiCall): SbiHart | undefined {
  const hartId = argument(0);
  return hartId < BigInt(machine.harts) ? machine.hart(Number(hartId)) : undefined;
}
