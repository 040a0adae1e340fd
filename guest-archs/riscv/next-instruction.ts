// The next instruction of a hart as a fault sees it: what it is, and the address that it would access.
import type { GuestMemory } from "../../core/index.ts";
import { PSEUDO_OP } from "../engine/record-layout.ts";
import { INSTRUCTION_SET } from "./decoder.ts";
import { faultSites, type FaultSite } from "./erring-interpreter.ts";
import type { Hart } from "./hart.ts";
import { SLOT } from "./hart-layout.ts";
import { peekWord } from "./peek-instruction.ts";

const NO_SITE: FaultSite = { data: { load: undefined, store: undefined }, isBranch: false };

export interface NextInstruction {
  readonly pc: bigint;
  readonly word: number;
  /** Bits of the word. */
  readonly bits: 16 | 32;
  readonly site: FaultSite;
  /** Of its access, if it makes one. */
  readonly address: bigint;
}

/** @returns undefined when it cannot be fetched. */
export function nextInstruction(
  hart: Hart,
  memory: GuestMemory,
  ramBase: number,
): NextInstruction | undefined {
  const word = peekWord(hart, memory, ramBase);
  if (word === undefined) return undefined;
  const { op, rs1, imm } = INSTRUCTION_SET.decode(word);
  const site = faultSites()[op - PSEUDO_OP.first] ?? NO_SITE;
  const base = hart.slots[rs1] as bigint;
  return {
    pc: hart.slots[SLOT.pc] as bigint,
    word,
    bits: INSTRUCTION_SET.length(word) === 4 ? 32 : 16,
    site,
    address: BigInt.asUintN(64, base + BigInt(imm)),
  };
}

export const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

export function maskOf({ bit, width }: { readonly bit: number; readonly width: number }): bigint {
  return ((1n << BigInt(width)) - 1n) << BigInt(bit);
}

/** "bit 3", "bits 3 to 5". */
export function bitsText({ bit, width }: { readonly bit: number; readonly width: number }): string {
  return width === 1 ? `bit ${bit}` : `bits ${bit} to ${bit + width - 1}`;
}
