// Which bits a fault hits: `bit` and, for multi-bit upsets, `width` adjacent ones from it upwards.
import { ExtravirtError, type FaultBits, type OptionsSchema } from "../../core/index.ts";

type Options = Readonly<Record<string, unknown>>;

export const WIDTH: OptionsSchema["properties"] = {
  width: {
    type: "integer",
    minimum: 1,
    maximum: 64,
    default: 1,
    description: "Adjacent bits hit at once, from `bit` upwards",
  },
};

export function bitsOf({ bit, width }: Options): FaultBits {
  return { bit: bit as number, width: (width as number | undefined) ?? 1 };
}

export function maskOf(options: Options): bigint {
  const { bit, width } = bitsOf(options);
  return ((1n << BigInt(width)) - 1n) << BigInt(bit);
}

/** "bit 3", "bits 3 to 5". */
export function bitsText(options: Options): string {
  const { bit, width } = bitsOf(options);
  return width === 1 ? `bit ${bit}` : `bits ${bit} to ${bit + width - 1}`;
}

/**
 * @param bits that there are
 * @param what they are those of: "mstatus"
 * @throws XV_ERR_FAULT_BITS
 */
export function checkBits(options: Options, bits: number, what: string): void {
  const { bit, width } = bitsOf(options);
  if (bit + width <= bits) return;
  throw new ExtravirtError("XV_ERR_FAULT_BITS", `${what} has no ${bitsText(options)}`, {
    place: "faults: bit",
    value: width === 1 ? String(bit) : `bit ${bit}, width ${width}`,
    remedy: `Use bits from 0 to ${bits - 1}, the last one of the width included.`,
  });
}

export const hex = (value: bigint | number): string => `0x${value.toString(16)}`;
