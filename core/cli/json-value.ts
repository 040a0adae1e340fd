// 64-bit values and bytes as JSON: hexadecimal text.

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "bigint") return `0x${item.toString(16)}`;
    return item instanceof Uint8Array ? Buffer.from(item).toString("hex") : item;
  })}\n`;
}
