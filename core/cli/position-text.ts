// The position a replay stopped at and a range of memory, for people.
import type { Position, RegisterValue } from "../recording/describe-position.ts";
import { countText } from "./number-text.ts";

const COLUMNS = 4;
const BYTES_PER_LINE = 16;
/** Groups shown whole; of the others only what is not zero. */
const ALWAYS_SHOWN: readonly string[] = ["integer", "pc"];

export function positionText(position: Position): string {
  const { step, hart, privilege, pc, symbol, instruction, registers } = position;
  const place = symbol === undefined ? "" : ` <${symbol}>`;
  const mode = privilege === undefined ? "" : ` in mode ${privilege}`;
  const shown = registers.filter(
    ({ group, value }) => ALWAYS_SHOWN.includes(group) || value !== 0n,
  );
  const width = Math.max(0, ...shown.map(({ name }) => name.length));
  const cell = ({ name, value }: RegisterValue): string =>
    `${name.padEnd(width)} ${value.toString(16).padStart(16, "0")}`;
  const lines: string[] = [];
  for (let first = 0; first < shown.length; first += COLUMNS) {
    lines.push(
      `  ${shown
        .slice(first, first + COLUMNS)
        .map(cell)
        .join("  ")}\n`,
    );
  }
  return (
    `before step ${countText(step)}: hart ${hart}${mode}, pc 0x${pc.toString(16)}${place}  ${instruction}\n` +
    lines.join("")
  );
}

export function memoryText(address: number, bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let first = 0; first < bytes.length; first += BYTES_PER_LINE) {
    const part = bytes.subarray(first, first + BYTES_PER_LINE);
    const digits = Array.from(part, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const letters = Array.from(part, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : ".",
    ).join("");
    const where = (address + first).toString(16).padStart(8, "0");
    lines.push(`${where}  ${digits.padEnd(BYTES_PER_LINE * 3 - 1)}  ${letters}\n`);
  }
  return lines.join("");
}
