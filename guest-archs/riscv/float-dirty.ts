// What mstatus.FS guards (Privileged ISA, section 3.1.6.6): the f file and fcsr.
import type { Held, I32 } from "../engine/semantics.ts";
import { SLOT } from "./hart-layout.ts";
import type { Rv } from "./row.ts";

const FS = 3 << 13;

function status(x: Rv): I32 {
  return x.and32(x.stateLow(SLOT.mstatus), x.i32(FS));
}

/** Illegal while mstatus.FS is off. @returns mstatus.FS, for markDirty at the end of the same instruction */
export function requireFloat(x: Rv): Held<I32> {
  const held = x.hold32(status(x));
  x.illegalIf(x.eqz32(held.get()));
  return held;
}

/** Whether the f file may be used and need not be marked: so it is but for the first instructions of a time slice. */
export function isDirty(x: Rv): I32 {
  return x.eq32(status(x), x.i32(FS));
}

/**
 * A register of the f file was written, or a flag raised.
 * HOT: stored only where it changes something, or each instruction would wait for the store of the one before.
 */
export function markDirty(x: Rv, before: Held<I32>): void {
  x.when(
    x.eq32(before.get(), x.i32(FS)),
    () => undefined,
    () => x.setStateLow(SLOT.mstatus, x.or32(x.stateLow(SLOT.mstatus), x.i32(FS))),
  );
}
