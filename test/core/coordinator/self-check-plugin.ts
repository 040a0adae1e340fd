// A replica that finds itself faulty, long after the fault: the guest's byte at an address, or a register, is not zero.
import { API_VERSION, type FaultModel, type Plugin } from "../../../core/index.ts";

const selfCheck: FaultModel = {
  kind: "fault",
  name: "self-check",
  summary: "Ends the replica when a register or a byte of memory is not zero",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      register: { type: "string", description: "Its specification name" },
      address: { type: "integer", description: "Guest-physical address" },
    },
  },
  inject({ register, address }, { processor, memory, ramBase, crash }) {
    const isWrong =
      (register !== undefined && processor.readRegister(register as string) !== 0n) ||
      (address !== undefined && memory.readU8((address as number) - ramBase) !== 0);
    if (isWrong) crash();
    return isWrong ? undefined : "was found right";
  },
};

const plugin: Plugin = {
  name: "self-check",
  apiVersion: API_VERSION,
  provide(registry) {
    registry.register(selfCheck);
  },
};

export default plugin;
