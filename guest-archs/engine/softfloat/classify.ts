// Classification of a floating-point pattern: RISC-V F 11.9, table of FCLASS.

import type { Format } from "./format.ts";
import { unpack } from "./unpack.ts";

/**
 * A mask of 10 bits with exactly one set. No flag is ever raised.
 *
 * | bit | class              | bit | class              |
 * |-----|--------------------|-----|--------------------|
 * | 0   | negative infinity  | 5   | positive subnormal |
 * | 1   | negative normal    | 6   | positive normal    |
 * | 2   | negative subnormal | 7   | positive infinity  |
 * | 3   | negative zero      | 8   | signaling NaN      |
 * | 4   | positive zero      | 9   | quiet NaN          |
 */
export function classify(format: Format, a: bigint): number {
  const x = unpack(format, a);
  switch (x.kind) {
    case "signalingNan":
      return 1 << 8;
    case "quietNan":
      return 1 << 9;
    case "infinite":
      return x.isNegative ? 1 << 0 : 1 << 7;
    case "zero":
      return x.isNegative ? 1 << 3 : 1 << 4;
    case "finite":
      if (x.significand >= format.hiddenBit) return x.isNegative ? 1 << 1 : 1 << 6;
      return x.isNegative ? 1 << 2 : 1 << 5;
  }
}
