// Flipped bits in the result of an instruction: the first one from the fault's instant on that writes a register.
import type { FaultModel } from "../../core/index.ts";
import { bitsText, checkBits, hex, maskOf, WIDTH } from "./fault-bits.ts";

/** Instructions without a result (stores, branches) that are passed over before giving up. */
const MAX_STEPS = 64;

export const resultBitFlip: FaultModel = {
  kind: "fault",
  name: "result-bit-flip",
  summary: "Flips a bit in the result of the next instruction that has one",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["bit"],
    properties: {
      bit: { type: "integer", minimum: 0, maximum: 63, description: "Bit, 0 is the lowest" },
      ...WIDTH,
    },
  },
  check(options, { processor }) {
    const integers = processor.registerNames().filter(({ group }) => group === "integer");
    checkBits(options, Math.max(...integers.map(({ bits }) => bits)), "a result");
  },
  inject(options, { processor, search, step }) {
    return search(MAX_STEPS, () => {
      const register = step();
      if (register === undefined) return undefined;
      const before = processor.readRegister(register);
      processor.writeRegister(register, before ^ maskOf(options));
      const after = processor.readRegister(register);
      return `result in ${register} ${bitsText(options)}: ${hex(before)} -> ${hex(after)}`;
    });
  },
};
