// Fault models that hit one instruction: the first suitable one from the fault's instant on.
import type { FaultModel, InstructionFault, OptionsSchema } from "../../core/index.ts";
import { erring } from "./erring-processor.ts";
import { bitsOf, checkBits, WIDTH } from "./fault-bits.ts";

/** Instructions that are passed over before giving up. */
export const MAX_SEARCH_STEPS = 1000;

const NO_OPTIONS: OptionsSchema = {
  type: "object",
  additionalProperties: false,
  properties: {},
};

interface InstructionFaultModel {
  readonly name: string;
  readonly summary: string;
  readonly site: InstructionFault["site"];
  /** Bits of what is hit, and what that is; absent where there are none to choose from. */
  readonly bits?: { readonly count: number; readonly of: string };
}

export function instructionFault({ name, summary, site, bits }: InstructionFaultModel): FaultModel {
  return {
    kind: "fault",
    name,
    summary,
    needsErringProcessor: true,
    schema: bits === undefined ? NO_OPTIONS : bitSchema(bits.count),
    check(options, { processor }) {
      erring(processor, name);
      if (bits !== undefined) checkBits(options, bits.count, bits.of);
    },
    inject(options, { search, stepWith }) {
      const fault = (
        site === "branch" ? { site } : { site, ...bitsOf(options) }
      ) as InstructionFault;
      return search(MAX_SEARCH_STEPS, () => stepWith(fault).what);
    },
  };
}

function bitSchema(bits: number): OptionsSchema {
  return {
    type: "object",
    additionalProperties: false,
    required: ["bit"],
    properties: {
      bit: { type: "integer", minimum: 0, maximum: bits - 1, description: "Bit, 0 is the lowest" },
      ...WIDTH,
    },
  };
}
