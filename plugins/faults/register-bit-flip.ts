// Flipped bits in a register: integer, float, control or PC, by its specification name.
import type { FaultModel } from "../../core/index.ts";
import { bitsText, checkBits, hex, maskOf, WIDTH } from "./fault-bits.ts";
import { checkRegister } from "./named-register.ts";

export const registerBitFlip: FaultModel = {
  kind: "fault",
  name: "register-bit-flip",
  summary: "Flips a bit of an integer, float or control register or of the PC",
  strikesStorage: true,
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["register", "bit"],
    properties: {
      register: { type: "string", description: "Name: x5, f3, pc, mstatus, hart1.x5 ..." },
      bit: { type: "integer", minimum: 0, maximum: 63, description: "Bit, 0 is the lowest" },
      ...WIDTH,
    },
  },
  check(options, { processor }) {
    const { name, bits } = checkRegister(options, processor);
    checkBits(options, bits, name);
  },
  inject(options, { processor }) {
    const name = options["register"] as string;
    const before = processor.readRegister(name);
    processor.writeRegister(name, before ^ maskOf(options));
    const after = processor.readRegister(name);
    return `${name} ${bitsText(options)}: ${hex(before)} -> ${hex(after)}`;
  },
};
