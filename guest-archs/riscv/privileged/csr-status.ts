// mstatus, sstatus and misa (Privileged ISA 1.12, 3.1.1, 3.1.6, 4.1.1).
import { SLOT } from "../hart-layout.ts";
import { constantRow, type CsrRow } from "./csr-row.ts";
import type { HartCore } from "./hart-core.ts";
import {
  isFloatDirty,
  MPP_SHIFT,
  MSTATUS,
  MSTATUS_WRITABLE,
  SSTATUS_WRITABLE,
  summaryDirty,
  SXL_64,
  UXL_64,
} from "./mstatus.ts";

/** Bits that change what a translation allows, or for whom. */
const TRANSLATION_BITS = MSTATUS.MPRV | MSTATUS.SUM | MSTATUS.MXR;
const INTERRUPT_BITS = MSTATUS.MIE | MSTATUS.SIE;

/** High halves of sstatus. */
const UXL_HIGH = Number(UXL_64 >> 32n);
const SSTATUS_DIRTY_HIGH: number = UXL_HIGH | Number(summaryDirty(MSTATUS.FS) >> 32n);

/** MXL = 2 and the letters A C D F I M S U. */
const MISA = (2n << 62n) | letters("ACDFIMSU");

function letters(extensions: string): bigint {
  let bits = 0n;
  for (const letter of extensions) bits |= 1n << BigInt(letter.charCodeAt(0) - 65);
  return bits;
}

/** Stores new writable bits of mstatus and tells the environment what they affect. */
export function writeStatus(core: HartCore, value: number): void {
  const { state, environment } = core;
  const old = state.low(SLOT.mstatus);
  state.setLow(SLOT.mstatus, value);
  const changed = old ^ value;
  const isMppUsed = ((old | value) & MSTATUS.MPRV) !== 0 && (changed & MSTATUS.MPP) !== 0;
  if ((changed & TRANSLATION_BITS) !== 0 || isMppUsed) {
    if (environment.translationRegimeChanged === undefined) environment.flushTranslations();
    else environment.translationRegimeChanged();
  }
  if ((changed & INTERRUPT_BITS) !== 0) environment.interruptsChanged();
}

function merge(core: HartCore, value: number, mask: number): number {
  const old = core.state.low(SLOT.mstatus);
  const merged = (old & ~mask) | (value & mask);
  // MPP holds U, S or M; a write of the reserved 2 keeps the old mode.
  const isReserved = (merged & MSTATUS.MPP) >>> MPP_SHIFT === 2;
  return (isReserved ? (merged & ~MSTATUS.MPP) | (old & MSTATUS.MPP) : merged) >>> 0;
}

function lowHalf(value: bigint): number {
  return Number(value & 0xffff_ffffn);
}

export const STATUS_ROWS: readonly CsrRow[] = [
  {
    number: 0x300,
    name: "mstatus",
    read: (core) => {
      const status = core.state.low(SLOT.mstatus) & MSTATUS_WRITABLE;
      return BigInt(status) | summaryDirty(status) | UXL_64 | SXL_64;
    },
    write: (core, value) => writeStatus(core, merge(core, lowHalf(value), MSTATUS_WRITABLE)),
  },
  {
    number: 0x100,
    name: "sstatus",
    read: (core) => {
      const status = core.state.low(SLOT.mstatus) & SSTATUS_WRITABLE;
      return BigInt(status) | summaryDirty(status) | UXL_64;
    },
    write: (core, value) => writeStatus(core, merge(core, lowHalf(value), SSTATUS_WRITABLE)),
    halves: {
      low: (core) => core.state.low(SLOT.mstatus) & SSTATUS_WRITABLE,
      high: (core) => (isFloatDirty(core.state.low(SLOT.mstatus)) ? SSTATUS_DIRTY_HIGH : UXL_HIGH),
      write: (core, low) => writeStatus(core, merge(core, low, SSTATUS_WRITABLE)),
    },
  },
  constantRow(0x301, "misa", MISA),
];
