// Exception flags of IEEE 754-2019, section 7, in the layout of the RISC-V `fflags` register.

/** Accumulates exception flags: operations only ever set bits. The caller clears and reads them. */
export interface Flags {
  bits: number;
}

/** Inexact. */
export const NX = 1;
/** Underflow: the result was tiny after rounding, and inexact. */
export const UF = 2;
/** Overflow. */
export const OF = 4;
/** Division by zero. */
export const DZ = 8;
/** Invalid operation. */
export const NV = 16;
