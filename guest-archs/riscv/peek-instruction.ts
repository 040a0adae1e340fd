// The next instruction of a hart, found without changing what the guest sees: translation may set the accessed bit that
// executing the instruction sets anyway.
import { type GuestMemory, PAGE_BYTES } from "../../core/index.ts";
import { PSEUDO_OP } from "../engine/record-layout.ts";
import { INSTRUCTION_SET, OPERATIONS } from "./decoder.ts";
import type { Hart } from "./hart.ts";
import { SLOT } from "./hart-layout.ts";
import { ACCESS } from "./privileged/privileged-hart.ts";

/** @returns the instruction word, or undefined when it cannot be fetched. */
export function peekWord(hart: Hart, memory: GuestMemory, ramBase: number): number | undefined {
  const half = (low: number, high: number): number | undefined => {
    const address = hart.translate(high, low, ACCESS.fetch);
    const offset = address - ramBase;
    return address >= 0 && memory.contains(offset, 2) ? memory.readU16(offset) : undefined;
  };
  const { pcLow, pcHigh } = hart;
  const first = half(pcLow, pcHigh);
  if (first === undefined || INSTRUCTION_SET.length(first) === 2) return first;
  const crosses = (pcLow & (PAGE_BYTES - 1)) === PAGE_BYTES - 2;
  const nextLow = (pcLow + 2) | 0;
  const second = half(nextLow, crosses && nextLow === 0 ? (pcHigh + 1) | 0 : pcHigh);
  return second === undefined ? undefined : (first | (second << 16)) >>> 0;
}

/** @returns the slot of the register that an instruction writes, or undefined when it writes none. */
export function destinationSlot(word: number): number | undefined {
  const { op, rd } = INSTRUCTION_SET.decode(word);
  const format = OPERATIONS[op - PSEUDO_OP.first]?.row.format;
  return format?.rd === undefined || rd === SLOT.sink ? undefined : rd;
}
