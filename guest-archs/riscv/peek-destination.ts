// Which register the next instruction of a hart will write, found without changing what the guest sees: translation
// may set the accessed bit that executing the instruction sets anyway.
import { type GuestMemory, PAGE_BYTES } from "../../core/index.ts";
import { PSEUDO_OP } from "../engine/record-layout.ts";
import { INSTRUCTION_SET, OPERATIONS } from "./decoder.ts";
import type { Hart } from "./hart.ts";
import { SLOT } from "./hart-layout.ts";
import { ACCESS } from "./privileged/privileged-hart.ts";
import { NAME_OF_SLOT } from "./register-names.ts";

/** @returns the name of the register, or undefined when it writes none or cannot be fetched. */
export function peekDestination(
  hart: Hart,
  memory: GuestMemory,
  ramBase: number,
): string | undefined {
  const half = (low: number, high: number): number | undefined => {
    const address = hart.privileged.translate(high, low, ACCESS.fetch);
    const offset = address - ramBase;
    return address >= 0 && memory.contains(offset, 2) ? memory.readU16(offset) : undefined;
  };
  const { pcLow, pcHigh } = hart;
  const first = half(pcLow, pcHigh);
  if (first === undefined) return undefined;
  let word = first;
  if (INSTRUCTION_SET.length(first) === 4) {
    const crosses = (pcLow & (PAGE_BYTES - 1)) === PAGE_BYTES - 2;
    const nextLow = (pcLow + 2) | 0;
    const second = half(nextLow, crosses && nextLow === 0 ? (pcHigh + 1) | 0 : pcHigh);
    if (second === undefined) return undefined;
    word = (first | (second << 16)) >>> 0;
  }
  const { op, rd } = INSTRUCTION_SET.decode(word);
  const format = OPERATIONS[op - PSEUDO_OP.first]?.row.format;
  if (format?.rd === undefined || rd === SLOT.sink) return undefined;
  return NAME_OF_SLOT.get(rd);
}
