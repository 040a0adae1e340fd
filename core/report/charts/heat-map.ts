// Which bits of which registers matter: the share of faults there that were not masked.
import {
  failuresOf,
  totalOf,
  type BitFigures,
  type OutcomeCounts,
  noOutcomes,
} from "../../campaign/variant-figures.ts";
import { OUTCOMES } from "../../api/experiment.ts";
import type { Chart } from "../chart.ts";
import { COLOUR } from "../chart-style.ts";
import { countText } from "../../cli/number-text.ts";
import { shareText } from "../../cli/share-text.ts";

const CELL = { width: 20, wideWidth: 48, height: 14 };
/** So many columns are drawn wide. */
const MOST_WIDE = 8;
/** Steps of the scale: up to which share of the faults. */
const LEVELS: readonly { readonly name: string; readonly to: number; readonly colour: string }[] = [
  { name: "none", to: 0, colour: "var(--heat-0)" },
  { name: "to 25 %", to: 0.25, colour: "var(--heat-1)" },
  { name: "to 50 %", to: 0.5, colour: "var(--heat-2)" },
  { name: "to 75 %", to: 0.75, colour: "var(--heat-3)" },
  { name: "to 100 %", to: 1, colour: "var(--heat-4)" },
];
/** Of a table; the chart shows all. */
const MOST_ROWS = 400;

/** Faults per cell, about, below which neighbouring bits are put together. */
const FAULTS_PER_CELL = 4;

interface Cell {
  readonly register: string;
  readonly first: number;
  readonly last: number;
  readonly counts: OutcomeCounts;
  readonly shares: OutcomeCounts;
}

/** @returns undefined where no fault struck a bit of a register */
export function heatMap(id: string, name: string, bits: readonly BitFigures[]): Chart | undefined {
  if (bits.length === 0) return undefined;
  const cells = cellsOf(bits);
  const registers = [...new Set(cells.map(({ register }) => register))];
  const columns = new Set(cells.map(({ first }) => first)).size;
  const values = cells.map(({ register, first, last, counts, shares }) => ({
    register,
    bits: rangeText(first, last),
    first,
    level: levelOf(visible(shares) / totalOf(shares)),
    failed: failuresOf(counts),
  }));
  const x = {
    field: "bits",
    type: "nominal",
    title: "bits",
    sort: { field: "first" },
    axis: { labelAngle: columns > MOST_WIDE ? -90 : 0, orient: "top" },
  };
  const y = { field: "register", type: "nominal", title: null, sort: registers };
  return {
    id,
    title: `Registers and bits: ${name}`,
    description:
      "The stronger the colour, the more of the faults in these bits were not masked: detected, or harmful. A mark stands where one " +
      "ended in a failure. Every fault counts with what it stands for. Empty: no fault was tried there.",
    spec: {
      data: { values },
      width: { step: columns > MOST_WIDE ? CELL.width : CELL.wideWidth },
      height: { step: CELL.height },
      layer: [
        {
          mark: { type: "rect", stroke: COLOUR.muted, strokeWidth: 0.3 },
          encoding: {
            x,
            y,
            fill: {
              field: "level",
              type: "ordinal",
              title: "not masked",
              scale: {
                domain: LEVELS.map((level) => level.name),
                range: LEVELS.map(({ colour }) => colour),
              },
              legend: { symbolType: "square", symbolStrokeColor: COLOUR.muted },
            },
          },
        },
        {
          transform: [{ filter: "datum.failed > 0" }],
          mark: {
            type: "point",
            shape: "cross",
            size: 45,
            filled: true,
            fill: COLOUR.harm,
            stroke: COLOUR.paper,
            strokeWidth: 0.7,
            opacity: 1,
          },
          encoding: { x, y },
        },
      ],
    },
    table: {
      caption: `Faults in bits of registers: ${name}${cells.length > MOST_ROWS ? ` (the ${MOST_ROWS} with most that was not masked)` : ""}`,
      columns: [
        { title: "register" },
        { title: "bits" },
        ...["experiments", "not masked", "failures", "failures, of all faults"].map((title) => ({
          title,
          isNumber: true,
        })),
      ],
      rows: cells
        .toSorted((a, b) => visible(b.shares) - visible(a.shares))
        .slice(0, MOST_ROWS)
        .map(({ register, first, last, counts, shares }) => [
          register,
          rangeText(first, last),
          countText(totalOf(counts)),
          shareText(visible(shares) / totalOf(shares)),
          shareText(failuresOf(shares) / totalOf(shares)),
          shareText(failuresOf(shares)),
        ]),
    },
  };
}

const levelOf = (share: number): string => LEVELS.find(({ to }) => share <= to)?.name ?? "none";

const visible = (counts: OutcomeCounts): number => totalOf(counts) - counts.masked;

const rangeText = (first: number, last: number): string =>
  first === last ? `${first}` : `${first}–${last}`;

function cellsOf(bits: readonly BitFigures[]): readonly Cell[] {
  const faults = bits.reduce((sum, { counts }) => sum + totalOf(counts), 0);
  const registers = new Set(bits.map(({ register }) => register)).size;
  const highest = bits.reduce((most, { bit }) => Math.max(most, bit), 0) + 1;
  let together = 1;
  while (together < 16 && (faults / (registers * highest)) * together < FAULTS_PER_CELL)
    together *= 2;
  const cells = new Map<string, Cell>();
  for (const { register, bit, counts, shares } of bits) {
    const first = bit - (bit % together);
    const key = `${register}.${first}`;
    const known = cells.get(key) ?? {
      register,
      first,
      last: first + together - 1,
      counts: noOutcomes(),
      shares: noOutcomes(),
    };
    for (const outcome of OUTCOMES) {
      known.counts[outcome] += counts[outcome];
      known.shares[outcome] += shares[outcome];
    }
    cells.set(key, known);
  }
  return [...cells.values()].sort(
    (a, b) => byRegister(a.register, b.register) || a.first - b.first,
  );
}

/** x2 before x10, and hart0.x5 before hart1.x1. */
const byRegister = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
