// The rounding mode of a floating-point instruction, in a form that one test against fcsr decides.
import type { I32 } from "../engine/semantics.ts";
import { isDirty } from "./float-dirty.ts";
import { SLOT } from "./hart-layout.ts";
import { bits, type Immediate } from "./immediates.ts";
import type { Rv } from "./row.ts";
import { both } from "./short-circuit.ts";

const FRM = 0xe0;
/** Bits that fcsr does not have: the instruction itself asks for another mode than to nearest even; for toward zero. */
const OTHER = 0x100;
const TOWARD_ZERO = 1 << 9;
export const NX = 1;
export const NV = 0x10;

const MASKS = [0, OTHER | TOWARD_ZERO, OTHER, OTHER, OTHER, OTHER, OTHER, FRM] as const;

/** The rm field as the bits of fcsr (and OTHER) that must be clear where rounding is to nearest even. */
export const ROUNDING: Immediate = {
  decode: (word) => MASKS[bits(word, 14, 12)] as number,
  encode: () => 0,
};

function fcsrAndOther(x: Rv): I32 {
  return x.or32(x.stateLow(SLOT.fcsr), x.i32(OTHER));
}

/** Rounding is to nearest even, by the instruction or by frm. */
export function isNearest(x: Rv): I32 {
  return x.eqz32(x.and32(fcsrAndOther(x), x.imm32()));
}

/** What every quick path that rounds to nearest even asks of mstatus and fcsr. */
export function isQuick(x: Rv): I32 {
  return both(x, isDirty(x), () => isNearest(x));
}

/** The same, and NX is set already. */
export function isQuickAndInexact(x: Rv): I32 {
  const isNearestAndInexact = x.eq32(
    x.and32(fcsrAndOther(x), x.or32(x.imm32(), x.i32(NX))),
    x.i32(NX),
  );
  return both(x, isNearestAndInexact, () => isDirty(x));
}

/** The instruction, not frm, asks for rounding toward zero. */
export function isTowardZero(x: Rv): I32 {
  return x.shrU32(x.imm32(), x.i32(9));
}

/** Sets exception flags. HOT: stored only where one is new (see markDirty). */
export function raise(x: Rv, flags: () => I32): void {
  const raised = x.hold32(x.or32(x.stateLow(SLOT.fcsr), flags()));
  x.when(
    x.eq32(raised.get(), x.stateLow(SLOT.fcsr)),
    () => undefined,
    () => x.setStateLow(SLOT.fcsr, raised.get()),
  );
}
