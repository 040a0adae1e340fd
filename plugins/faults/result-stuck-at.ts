// A defect of the integer unit: bits of everything that it computes are always 0 or always 1.
import type { FaultModel } from "../../core/index.ts";
import { erring } from "./erring-processor.ts";
import { bitsOf, checkBits, WIDTH } from "./fault-bits.ts";
import { STUCK_OPTIONS } from "./stuck-options.ts";

const RESULT_BITS = 64;

export const resultStuckAt: FaultModel = {
  kind: "fault",
  name: "result-stuck-at",
  summary: "A bit of all results of integer operations is stuck at 0 or 1",
  needsErringProcessor: true,
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["bit", "value"],
    properties: {
      bit: { type: "integer", minimum: 0, maximum: 63, description: "Bit, 0 is the lowest" },
      ...WIDTH,
      ...STUCK_OPTIONS,
    },
  },
  isPermanent: ({ steps }) => steps === undefined,
  check(options, { processor }) {
    erring(processor, "result-stuck-at");
    checkBits(options, RESULT_BITS, "a result");
  },
  inject(options, { processor, stay }) {
    const fault = erring(processor, "result-stuck-at").stick({
      site: "result",
      value: options["value"] as 0 | 1,
      ...bitsOf(options),
    });
    stay(fault, options["steps"] as number | undefined);
    return fault.what;
  },
};
