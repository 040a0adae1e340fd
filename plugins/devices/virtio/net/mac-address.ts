// Ethernet addresses as people write them.

/** Of one station: the lowest bit of the first byte, which marks groups, is clear. */
export const MAC_PATTERN = "^[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}$";

/** @param text matches MAC_PATTERN */
export function parseMac(text: string): Uint8Array {
  return Uint8Array.from(text.split(":"), (byte) => Number.parseInt(byte, 16));
}
