// A result as text, for comparisons and for keeping. DETERMINISM: equal results give equal texts; members are in the order
// of their names, what the host measured is left out.
import type { ExperimentResult } from "../api/experiment.ts";

/** JSON; a program counter, which has 64 bits, is a hexadecimal string in it. */
export function resultText(result: ExperimentResult): string {
  return JSON.stringify({ ...result, measured: undefined }, (_key, value: unknown) => {
    if (typeof value === "bigint") return `0x${value.toString(16)}`;
    // Databases keep no NUL in texts.
    if (typeof value === "string") return value.replaceAll("\0", "\u2400");
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
