// pmpcfg0, pmpcfg2 and pmpaddr0 to pmpaddr15 (Privileged ISA 1.12, 3.7.1). RV64 has no odd pmpcfg registers.
import { SLOT } from "../hart-layout.ts";
import type { CsrRow } from "./csr-row.ts";
import type { HartCore } from "./hart-core.ts";
import { PMP, PMP_ENTRIES } from "./pmp.ts";

/** pmpaddr holds bits 55 to 2 of an address. */
const ADDRESS_BITS = (1n << 54n) - 1n;
const DEFINED = PMP.L | PMP.A | PMP.X | PMP.W | PMP.R;

/** Bits 6:5 read as zero; W without R is reserved and loses W. */
function legalCfg(byte: number): number {
  const defined = byte & DEFINED;
  return (defined & PMP.R) === 0 ? defined & ~PMP.W : defined;
}

/** Writes the eight entries of one register; locked ones keep their byte. */
function writeCfg(core: HartCore, slot: number, firstEntry: number, value: bigint): void {
  let merged = 0n;
  for (let index = 0; index < 8; index++) {
    const old = core.pmp.cfg(firstEntry + index);
    const wanted = legalCfg(Number((value >> BigInt(index * 8)) & 0xffn));
    const byte = (old & PMP.L) === 0 ? wanted : old;
    merged |= BigInt(byte) << BigInt(index * 8);
  }
  if (merged === core.state.get(slot)) return;
  core.state.set(slot, merged);
  changed(core);
}

function writeAddress(core: HartCore, entry: number, value: bigint): void {
  if (core.pmp.isAddressLocked(entry)) return;
  const address = value & ADDRESS_BITS;
  if (address === core.state.get(SLOT.pmpaddr + entry)) return;
  core.state.set(SLOT.pmpaddr + entry, address);
  changed(core);
}

function changed(core: HartCore): void {
  core.pmp.refresh();
  core.environment.flushTranslations();
}

function cfgRow(number: number, name: string, slot: number, firstEntry: number): CsrRow {
  return {
    number,
    name,
    read: (core) => core.state.get(slot),
    write: (core, value) => writeCfg(core, slot, firstEntry, value),
  };
}

export const PMP_ROWS: readonly CsrRow[] = [
  cfgRow(0x3a0, "pmpcfg0", SLOT.pmpcfg0, 0),
  cfgRow(0x3a2, "pmpcfg2", SLOT.pmpcfg2, 8),
  ...Array.from({ length: PMP_ENTRIES }, (_, entry): CsrRow => ({
    number: 0x3b0 + entry,
    name: `pmpaddr${entry}`,
    read: (core) => core.state.get(SLOT.pmpaddr + entry),
    write: (core, value) => writeAddress(core, entry, value),
  })),
];
