// What soft errors strike: structures of one core, their bits, and raw rates at the reference (New York City, sea
// level). A default has a source; what has none is not struck unless the config gives its rate.
//
//   structure    model               bits                       default rate
//   registers    register-bit-flip   all registers              1,200 FIT/Mbit: the upper end of what IEC 61508-2:2010
//                                                               gives as reference for embedded memories (700 to 1,200)
//   memory       memory-bit-flip     all RAM                    0.01 FIT/Mbit: the upper end of 10^-9 to 10^-8 FIT/bit,
//                                                               Slayman, "Soft error trends and mitigation techniques
//                                                               in memory devices", RAMS 2011
//   tlb          tlb-bit-flip        `tlbBits`                  as registers; not struck without `tlbBits`
//   operations   result-bit-flip                                none; not struck without `operationFit`
//
// A Mbit is 10^6 bits.
import type { ArrivalTarget, RawRate } from "../../core/index.ts";

const MBIT = 1e6;
const EMBEDDED_FIT_PER_MBIT = 1200;
const DRAM_FIT_PER_MBIT = 0.01;

const STRUCTURES = ["registers", "memory", "tlb", "operations"] as const;
type Structure = (typeof STRUCTURES)[number];

export interface StructureOptions {
  readonly registerFitPerMbit: number;
  readonly memoryFitPerMbit: number;
  readonly tlbFitPerMbit: number;
  readonly tlbBits?: number;
  readonly operationFit?: number;
  readonly protected?: readonly Structure[];
}

const rateOption = (preset: number, of: string): object => ({
  type: "number",
  minimum: 0,
  default: preset,
  description: `Raw soft error rate of ${of} at sea level in New York City, per 10^6 bits`,
});

export const STRUCTURE_OPTIONS: Readonly<Record<string, object>> = {
  registerFitPerMbit: rateOption(EMBEDDED_FIT_PER_MBIT, "registers"),
  memoryFitPerMbit: rateOption(DRAM_FIT_PER_MBIT, "memory"),
  tlbFitPerMbit: rateOption(EMBEDDED_FIT_PER_MBIT, "TLBs"),
  tlbBits: { type: "integer", minimum: 1, description: "Bits of a core's TLBs" },
  operationFit: {
    type: "number",
    minimum: 0,
    description: "Raw rate of wrong results of a core's arithmetic at sea level in New York City",
  },
  protected: {
    type: "array",
    items: { type: "string", enum: STRUCTURES },
    description: "Structures whose single-bit errors are corrected (ECC): no fault arrives in them",
  },
};

/** At the reference. */
export function rawRates(options: StructureOptions, target: ArrivalTarget): readonly RawRate[] {
  const isProtected = (structure: Structure): boolean =>
    options.protected?.includes(structure) === true;
  const perBit = (
    structure: Structure,
    model: string,
    bits: number,
    fitPerMbit: number,
  ): RawRate => ({
    structure,
    model,
    bits,
    fit: (bits * fitPerMbit) / MBIT,
    isProtected: isProtected(structure),
  });
  const { tlbBits, operationFit } = options;
  const registerBits = target.registers.reduce((sum, { bits }) => sum + bits, 0);
  return [
    perBit("registers", "register-bit-flip", registerBits, options.registerFitPerMbit),
    perBit("memory", "memory-bit-flip", target.ramBytes * 8, options.memoryFitPerMbit),
    ...(tlbBits === undefined
      ? []
      : [perBit("tlb", "tlb-bit-flip", tlbBits, options.tlbFitPerMbit)]),
    ...(operationFit === undefined
      ? []
      : [
          {
            structure: "operations",
            model: "result-bit-flip",
            fit: operationFit,
            isProtected: isProtected("operations"),
          },
        ]),
  ].filter(({ fit }) => fit > 0);
}
