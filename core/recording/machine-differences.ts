// What two machines at the same place do not have in common, by name: registers and their bits, bytes of memory.
import { PAGE_BYTES } from "../api/guest-memory.ts";
import type { Machine } from "../machine/machine.ts";

/** Bytes of memory that are listed; their number is told in any case. */
const MAX_BYTES = 16;

export interface RegisterDifference {
  readonly name: string;
  readonly bits: readonly number[];
  readonly right: bigint;
  readonly wrong: bigint;
}

export interface ByteDifference {
  /** Guest-physical. */
  readonly address: number;
  readonly bits: readonly number[];
  readonly right: number;
  readonly wrong: number;
}

export interface MachineDifferences {
  readonly registers: readonly RegisterDifference[];
  /** The first ones. */
  readonly memory: readonly ByteDifference[];
  readonly memoryBytes: number;
  /** Devices, timers or parts of the processor without a name. */
  readonly isElsewhere: boolean;
}

/** @param pages that may differ */
export function differencesBetween(
  right: Machine,
  wrong: Machine,
  pages: readonly number[],
): MachineDifferences {
  const registers = right.processor.registerNames().flatMap(({ name }) => {
    const [a, b] = [right.processor.readRegister(name), wrong.processor.readRegister(name)];
    return a === b ? [] : [{ name, bits: bitsOf(a ^ b), right: a, wrong: b }];
  });
  const bytes = [...differingBytes(right, wrong, pages)];
  const isStateEqual = Buffer.compare(right.save(), wrong.save()) === 0;
  return {
    registers,
    memory: bytes.slice(0, MAX_BYTES),
    memoryBytes: bytes.length,
    isElsewhere: !isStateEqual && registers.length === 0,
  };
}

export function* differingBytes(
  right: Machine,
  wrong: Machine,
  pages: readonly number[],
): Generator<ByteDifference> {
  for (const page of pages) {
    const start = page * PAGE_BYTES;
    const [a, b] = [right.memory.read(start, PAGE_BYTES), wrong.memory.read(start, PAGE_BYTES)];
    if (Buffer.compare(a, b) === 0) continue;
    for (let offset = 0; offset < PAGE_BYTES; offset++) {
      const [one = 0, other = 0] = [a[offset], b[offset]];
      if (one === other) continue;
      const bits = bitsOf(BigInt(one ^ other));
      yield { address: right.ramBase + start + offset, bits, right: one, wrong: other };
    }
  }
}

export function bitsOf(value: bigint): number[] {
  const bits: number[] = [];
  for (let bit = 0, rest = value; rest !== 0n; bit++, rest >>= 1n) {
    if ((rest & 1n) !== 0n) bits.push(bit);
  }
  return bits;
}
