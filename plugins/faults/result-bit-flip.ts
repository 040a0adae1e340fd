// A flipped bit in the result of an instruction: the first one from the fault's instant on that writes a register.
import type { FaultModel } from "../../core/index.ts";

/** Instructions without a result (stores, branches) that are passed over before giving up. */
const MAX_STEPS = 64;

export const resultBitFlip: FaultModel = {
  kind: "fault",
  name: "result-bit-flip",
  summary: "Flips one bit in the result of the next instruction that has one",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["bit"],
    properties: {
      bit: { type: "integer", minimum: 0, maximum: 63, description: "Bit, 0 is the lowest" },
    },
  },
  inject(options, { processor, search, step }) {
    const bit = options["bit"] as number;
    return search(MAX_STEPS, () => {
      const register = step();
      if (register === undefined) return undefined;
      const before = processor.readRegister(register);
      processor.writeRegister(register, before ^ (1n << BigInt(bit)));
      const after = processor.readRegister(register);
      return `result in ${register} bit ${bit}: 0x${before.toString(16)} -> 0x${after.toString(16)}`;
    });
  },
};
