// A flipped bit in an entry of a translation table: the one through which the next access of its kind goes. What it leads
// to is looked up in the replica's own page map, so that a wrong page is one of this replica's or none.
import type { FaultModel, TranslationFault } from "../../core/index.ts";
import { erring } from "./erring-processor.ts";
import { bitsOf, checkBits, WIDTH } from "./fault-bits.ts";
import { MAX_SEARCH_STEPS } from "./instruction-fault.ts";

/** Of a physical page number (Sv39 to Sv57: RISC-V Privileged ISA, chapter "Supervisor-Level ISA"). */
const PAGE_NUMBER_BITS = 44;
const DEFAULT_STEPS = 10_000;

export const tlbBitFlip: FaultModel = {
  kind: "fault",
  name: "tlb-bit-flip",
  summary: "Flips a bit in the translation that the next load, store or fetch uses",
  needsErringProcessor: true,
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["table", "field", "bit"],
    properties: {
      table: {
        enum: ["read", "write", "fetch"],
        description: "Whose translation: that of the next load, store or instruction fetch",
      },
      field: {
        enum: ["page", "tag"],
        description: "Physical page number that the entry leads to, or virtual one it is found by",
      },
      bit: {
        type: "integer",
        minimum: 0,
        maximum: PAGE_NUMBER_BITS - 1,
        description: "Bit of that page number, 0 is the lowest",
      },
      ...WIDTH,
      steps: {
        type: "integer",
        minimum: 1,
        default: DEFAULT_STEPS,
        description: "Steps until the entry is replaced; a fence of the guest removes it earlier",
      },
    },
  },
  check(options, { processor }) {
    erring(processor, "tlb-bit-flip");
    checkBits(options, PAGE_NUMBER_BITS, "a page number");
  },
  inject(options, { processor, search, stay, step }) {
    const fault = { ...options, ...bitsOf(options) } as unknown as TranslationFault;
    const faults = erring(processor, "tlb-bit-flip");
    return search(MAX_SEARCH_STEPS, () => {
      const damaged = faults.damageTranslation(fault);
      if (damaged !== undefined)
        stay(damaged, (options["steps"] as number | undefined) ?? DEFAULT_STEPS);
      // The step that uses it is part of the search, hit or not.
      step();
      return damaged?.what;
    });
  },
};
