// One row per CSR, and the builders of the usual kinds. Privilege and read-only-ness come from the number itself
// (Privileged ISA 1.12, 2.1): bits 9:8 are the lowest privilege, bits 11:10 = 3 mean read-only.
import type { HartCore } from "./hart-core.ts";

/**
 * A register as 32-bit halves. HOT: kernels access some registers all the time, and a BigInt per access is slow
 * (bench: Debian boot). Does exactly what the row's `read` and `write` do.
 */
export interface CsrHalves {
  low(core: HartCore): number;
  high(core: HartCore): number;
  write?(core: HartCore, low: number, high: number): void;
}

export interface CsrRow {
  readonly number: number;
  /** As in the specification. */
  readonly name: string;
  read(core: HartCore): bigint;
  /** Stores what is legal of `value`. Absent for registers without writable bits. */
  write?(core: HartCore, value: bigint): void;
  /** The value that set and clear operate on, where it is not the value read (mip.SEIP, 3.1.9). */
  readForModify?(core: HartCore): bigint;
  /** Conditions beyond the number's privilege; false makes the access illegal. */
  isAccessible?(core: HartCore): boolean;
  /** For registers without `readForModify`. */
  readonly halves?: CsrHalves;
}

export const ALL_BITS = 0xffff_ffff_ffff_ffffn;

/** A slot that keeps the bits of `mask`; the others read as zero. */
export function slotRow(number: number, name: string, slot: number, mask: bigint): CsrRow {
  const maskLow = Number(mask & 0xffff_ffffn);
  const maskHigh = Number(mask >> 32n);
  return {
    number,
    name,
    read: (core) => core.state.get(slot) & mask,
    write: (core, value) => core.state.set(slot, value & mask),
    halves: {
      low: ({ state }) => state.low(slot) & maskLow,
      high: ({ state }) => state.high(slot) & maskHigh,
      write: ({ state }, low, high) => {
        state.words[slot * 2] = low & maskLow;
        state.words[slot * 2 + 1] = high & maskHigh;
      },
    },
  };
}

/** A value that software cannot change; writes to it, where its number allows them, have no effect. */
export function constantRow(number: number, name: string, value: bigint): CsrRow {
  return { number, name, read: () => value };
}

/** mtvec and stvec: modes 0 (direct) and 1 (vectored); a write of another mode changes nothing. */
export function trapVectorRow(number: number, name: string, slot: number): CsrRow {
  return {
    number,
    name,
    read: (core) => core.state.get(slot),
    write: (core, value) => {
      if ((value & 2n) === 0n) core.state.set(slot, value);
    },
  };
}
