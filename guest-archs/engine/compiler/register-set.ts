// Sets of register slots, as two words of bits: a compiler keeps registers in locals and has to know which ones a path
// needs and which ones it changed.
//
// | slot     | what it is                                       |
// |----------|--------------------------------------------------|
// | 0        | reads as zero                                    |
// | 1 to 31  | registers                                        |
// | 32       | sink: swallows writes                            |
// | 33 to 64 | registers of a second file                       |

import { REGISTER_SLOTS } from "../record-layout.ts";

export const ZERO_SLOT = 0;
export const SINK_SLOT = 32;
const FIRST_HIGH = 33;

export interface RegisterSet {
  readonly low: number;
  readonly high: number;
}

export const NO_REGISTERS: RegisterSet = { low: 0, high: 0 };

export function isRegister(slot: number): boolean {
  // Slots from there on are state words.
  return slot !== ZERO_SLOT && slot !== SINK_SLOT && slot < REGISTER_SLOTS;
}

export function including(set: RegisterSet, slot: number): RegisterSet {
  if (!isRegister(slot) || has(set, slot)) return set;
  return slot < SINK_SLOT
    ? { low: set.low | (1 << slot), high: set.high }
    : { low: set.low, high: set.high | (1 << (slot - FIRST_HIGH)) };
}

function has({ low, high }: RegisterSet, slot: number): boolean {
  const word = slot < SINK_SLOT ? low >>> slot : high >>> (slot - FIRST_HIGH);
  return (word & 1) === 1;
}

export function union(a: RegisterSet, b: RegisterSet): RegisterSet {
  if (contains(a, b)) return a;
  if (contains(b, a)) return b;
  return { low: a.low | b.low, high: a.high | b.high };
}

export function without(a: RegisterSet, b: RegisterSet): RegisterSet {
  return { low: a.low & ~b.low, high: a.high & ~b.high };
}

/** Whether every register of `b` is in `a`. */
export function contains(a: RegisterSet, b: RegisterSet): boolean {
  return (b.low & ~a.low) === 0 && (b.high & ~a.high) === 0;
}

export function slotsOf({ low, high }: RegisterSet): readonly number[] {
  const slots: number[] = [];
  for (let rest = low; rest !== 0; rest &= rest - 1) slots.push(lowestBit(rest));
  for (let rest = high; rest !== 0; rest &= rest - 1) slots.push(FIRST_HIGH + lowestBit(rest));
  return slots;
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
