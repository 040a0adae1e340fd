// What mstatus.FS guards (Privileged ISA, section 3.1.6.6): the f file and fcsr.
import { SLOT } from "./hart-layout.ts";
import type { Rv } from "./row.ts";

const FS = 3 << 13;

/** Illegal while mstatus.FS is off. */
export function requireFloat(x: Rv): void {
  x.illegalIf(x.eqz32(x.and32(x.stateLow(SLOT.mstatus), x.i32(FS))));
}

/** A register of the f file was written, or a flag raised. */
export function markDirty(x: Rv): void {
  x.setStateLow(SLOT.mstatus, x.or32(x.stateLow(SLOT.mstatus), x.i32(FS)));
}
