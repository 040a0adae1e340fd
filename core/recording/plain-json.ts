// JSON for plain data that has bytes and big integers in it: `{"$bytes": "<base64>"}`, `{"$bigint": "<decimal>"}`.

export function plainToJson(value: unknown): string {
  return JSON.stringify(tagged(value));
}

export function plainFromJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    const { $bytes: bytes, $bigint: integer } = value as { $bytes?: string; $bigint?: string };
    if (typeof bytes === "string") return Uint8Array.from(Buffer.from(bytes, "base64"));
    return typeof integer === "string" ? BigInt(integer) : value;
  });
}

function tagged(value: unknown): unknown {
  if (typeof value === "bigint") return { $bigint: value.toString() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(tagged);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tagged(item)]));
}
