// How long faults stay undetected: quantiles of the latency, by variant.
import { countText } from "../../cli/number-text.ts";
import type { Quantiles } from "../../statistics/weighted-quantiles.ts";
import type { Chart } from "../chart.ts";
import { COLOUR } from "../chart-style.ts";

export interface Latencies {
  readonly name: string;
  /** In steps, of faults that were detected. */
  readonly latency: Quantiles | undefined;
}

const MARKS = ["median", "90 %", "99 %", "most"];
const SHAPES = ["circle", "square", "triangle-right", "diamond"];
const ROW_HEIGHT = 26;

/** @returns undefined where nothing was detected */
export function latencyChart(id: string, variants: readonly Latencies[]): Chart | undefined {
  const shown = variants.flatMap(({ name, latency }) =>
    latency === undefined ? [] : [{ name, latency }],
  );
  if (shown.length === 0) return undefined;
  const numbers = ({ median, p90, p99, max }: Quantiles): number[] => [median, p90, p99, max];
  const values = shown.flatMap(({ name, latency }) =>
    // The axis is logarithmic.
    numbers(latency).map((steps, index) => ({ name, what: MARKS[index], steps: steps + 1 })),
  );
  const x = {
    field: "steps",
    type: "quantitative",
    scale: { type: "log", nice: true },
    title: "instructions from the fault to its detection",
    axis: { format: "~s" },
  };
  const y = { field: "name", type: "nominal", title: null, sort: null };
  return {
    id,
    title: "Detection latency",
    description:
      "Of the faults that were detected: the median, and the latency that 90 %, 99 % and all of them stay within. " +
      "The axis is logarithmic. A difference is seen at the end of an epoch or at a checkpoint at the earliest.",
    spec: {
      data: { values },
      width: 480,
      height: { step: ROW_HEIGHT },
      layer: [
        {
          mark: { type: "line", strokeWidth: 1.5, color: COLOUR.muted },
          encoding: { x, y, detail: { field: "name" } },
        },
        {
          mark: { type: "point", size: 80, filled: true, color: COLOUR.accent, opacity: 1 },
          encoding: {
            x,
            y,
            shape: {
              field: "what",
              type: "nominal",
              title: null,
              scale: { domain: MARKS, range: SHAPES },
              legend: { orient: "bottom", symbolFillColor: COLOUR.accent, symbolStrokeWidth: 0 },
            },
          },
        },
      ],
    },
    table: {
      caption: "Detection latency in instructions",
      columns: [
        { title: "variant" },
        ...["detected", ...MARKS].map((title) => ({ title, isNumber: true })),
      ],
      rows: shown.map(({ name, latency }) => [
        name,
        ...[latency.count, ...numbers(latency)].map(countText),
      ]),
    },
  };
}
