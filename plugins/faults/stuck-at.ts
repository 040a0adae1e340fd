// Bits of a register that always read as 0 or as 1: for good, or for a while.
import type { FaultModel } from "../../core/index.ts";
import { erring } from "./erring-processor.ts";
import { bitsOf, checkBits, WIDTH } from "./fault-bits.ts";
import { checkRegister } from "./named-register.ts";
import { STUCK_OPTIONS } from "./stuck-options.ts";

export const stuckAt: FaultModel = {
  kind: "fault",
  name: "stuck-at",
  summary: "A bit of a register is stuck at 0 or 1, for good or for some steps",
  needsErringProcessor: true,
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["register", "bit", "value"],
    properties: {
      register: { type: "string", description: "Name: x5, f3, pc, mstatus, hart1.x5 ..." },
      bit: { type: "integer", minimum: 0, maximum: 63, description: "Bit, 0 is the lowest" },
      ...WIDTH,
      ...STUCK_OPTIONS,
    },
  },
  isPermanent: ({ steps }) => steps === undefined,
  check(options, { processor }) {
    erring(processor, "stuck-at");
    const { name, bits } = checkRegister(options, processor);
    checkBits(options, bits, name);
  },
  inject(options, { processor, stay }) {
    const { register, value, steps } = options;
    const fault = erring(processor, "stuck-at").stick({
      site: "register",
      register: register as string,
      value: value as 0 | 1,
      ...bitsOf(options),
    });
    stay(fault, steps as number | undefined);
    return fault.what;
  },
};
