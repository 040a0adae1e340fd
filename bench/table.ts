// Rows as a Markdown table whose columns line up, readable in a terminal and in a document.
import type { Row, Unit } from "./row.ts";

const DECIMALS: Readonly<Record<Unit, number>> = {
  MIPS: 0,
  s: 2,
  ms: 1,
  µs: 2,
  frames: 0,
  pages: 0,
  "per s": 1,
};
const HEAD = ["what", "value", "compared with", "its value", "ratio", "budget"] as const;
/** Columns of numbers are aligned to the right. */
const RIGHT = [false, true, false, true, true, false] as const;

export function tableText(rows: readonly Row[]): string {
  return markdownTable(HEAD, rows.map(cellsOf), RIGHT);
}

/** @param right columns that are aligned to the right. */
export function markdownTable(
  head: readonly string[],
  cells: readonly (readonly string[])[],
  right: readonly boolean[],
): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => pad(cell, widths[column] ?? 0, right[column] === true)).join(" | ")} |\n`;
  const rule = widths.map((width, column) =>
    right[column] === true ? `${"-".repeat(width - 1)}:` : "-".repeat(width),
  );
  return line(head) + line(rule) + cells.map(line).join("");
}

function cellsOf({ what, value, unit, peer, ratio, budget }: Row): string[] {
  return [
    what,
    amount(value, unit),
    peer?.name ?? "",
    peer === undefined ? "" : amount(peer.value, unit),
    ratio === undefined ? "" : `${ratioText(ratio.value)} x ${ratio.kind}`,
    budget === undefined ? "" : `${budget.text}: ${budget.isMet ? "met" : "not met"}`,
  ];
}

function amount(value: number, unit: Unit): string {
  const text = value.toFixed(DECIMALS[unit]);
  return `${text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",")} ${unit}`;
}

/** Two decimals, or three where two would leave little. */
function ratioText(ratio: number): string {
  return ratio.toFixed(ratio < 0.2 ? 3 : 2);
}

function pad(cell: string, width: number, isRight: boolean): string {
  return isRight ? cell.padStart(width) : cell.padEnd(width);
}
