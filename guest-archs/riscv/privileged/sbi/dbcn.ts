// Debug console (RISC-V SBI 2.0, chapter 12).
import type { ConsolePort } from "../../../../core/index.ts";
import {
  failure,
  SBI,
  type SbiAnswer,
  type SbiCall,
  type SbiExtension,
  success,
} from "./sbi-extension.ts";

/** Bound on the work of one call; callers repeat for the rest, as the specification lets them. */
const MAX_BYTES_A_CALL = 4096;

export const DBCN: SbiExtension = {
  id: 0x4442_434e,
  name: "DBCN",
  isAvailable: (machine) => machine.console() !== undefined,
  call: (call) => {
    const port = call.machine.console();
    if (port === undefined) return failure(SBI.notSupported);
    switch (call.functionId) {
      case 0:
        return write(call, port);
      case 1:
        return read(call, port);
      case 2:
        port.write(Number(call.argument(0) & 0xffn));
        return success();
      default:
        return failure(SBI.notSupported);
    }
  },
};

function write(call: SbiCall, port: ConsolePort): SbiAnswer {
  const buffer = bufferOf(call);
  if (buffer === undefined) return failure(SBI.invalidParam);
  for (let index = 0; index < buffer.bytes; index++) {
    port.write(call.machine.readPhysicalU8(buffer.address + index));
  }
  return success(BigInt(buffer.bytes));
}

function read(call: SbiCall, port: ConsolePort): SbiAnswer {
  const buffer = bufferOf(call);
  if (buffer === undefined) return failure(SBI.invalidParam);
  let count = 0;
  while (count < buffer.bytes) {
    const byte = port.read();
    if (byte < 0) break;
    call.machine.writePhysicalU8(buffer.address + count, byte);
    count++;
  }
  return success(BigInt(count));
}

/** a0 bytes at a1 (low) and a2 (high): the part one call handles, or undefined when not all of it is RAM. */
function bufferOf(call: SbiCall): { address: number; bytes: number } | undefined {
  const bytes = call.argument(0);
  const address = call.argument(1);
  if (call.argument(2) !== 0n) return undefined;
  if (address + bytes > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  if (bytes > 0n && !call.core.environment.isRam(Number(address), Number(bytes))) return undefined;
  return { address: Number(address), bytes: Math.min(Number(bytes), MAX_BYTES_A_CALL) };
}
