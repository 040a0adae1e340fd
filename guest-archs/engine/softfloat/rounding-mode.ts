// Rounding-direction attributes of IEEE 754-2019, section 4.3, numbered as in the RISC-V `frm` register.

/** To nearest, ties to even. */
export const RNE = 0;
/** Towards zero. */
export const RTZ = 1;
/** Down, towards negative infinity. */
export const RDN = 2;
/** Up, towards positive infinity. */
export const RUP = 3;
/** To nearest, ties away from zero (to maximum magnitude). */
export const RMM = 4;

/**
 * Whether a magnitude that lies between two neighbours goes to the larger one.
 *
 * @param isOdd last bit of the smaller neighbour
 * @param remainder what is left above the smaller neighbour, not negative
 * @param half half the distance between the neighbours, in the unit of `remainder`
 */
export function roundsAway(
  mode: number,
  isNegative: boolean,
  isOdd: boolean,
  remainder: bigint,
  half: bigint,
): boolean {
  if (remainder === 0n) return false;
  switch (mode) {
    case RNE:
      return remainder > half || (remainder === half && isOdd);
    case RTZ:
      return false;
    case RDN:
      return isNegative;
    case RUP:
      return !isNegative;
    case RMM:
      return remainder >= half;
    default:
      throw new RangeError(
        `rounding mode ${mode} is reserved; resolve dynamic rounding and reject 5 and 6 first`,
      );
  }
}
