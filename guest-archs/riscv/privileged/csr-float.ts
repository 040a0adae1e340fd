// fflags, frm and fcsr (Unprivileged ISA, "F"): illegal while mstatus.FS is off, writes make FS dirty.
import { SLOT } from "../hart-layout.ts";
import type { CsrRow } from "./csr-row.ts";
import type { HartCore } from "./hart-core.ts";
import { FS_DIRTY, MSTATUS } from "./mstatus.ts";

/** A field of fcsr: `mask` in place, read shifted down by `shift`. */
function fieldRow(number: number, name: string, mask: number, shift: number): CsrRow {
  return {
    number,
    name,
    read: (core) => BigInt((core.state.low(SLOT.fcsr) & mask) >>> shift),
    write: (core, value) => {
      const { state } = core;
      const field = (Number(value & 0xffn) << shift) & mask;
      state.setLow(SLOT.fcsr, (state.low(SLOT.fcsr) & ~mask & 0xff) | field);
      state.setLow(SLOT.mstatus, state.low(SLOT.mstatus) | FS_DIRTY);
    },
    isAccessible: isFloatOn,
  };
}

function isFloatOn(core: HartCore): boolean {
  return (core.state.low(SLOT.mstatus) & MSTATUS.FS) !== 0;
}

export const FLOAT_ROWS: readonly CsrRow[] = [
  fieldRow(0x001, "fflags", 0x1f, 0),
  fieldRow(0x002, "frm", 0xe0, 5),
  fieldRow(0x003, "fcsr", 0xff, 0),
];
