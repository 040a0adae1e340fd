// How long faults stay undetected: percentiles of the latency, by variant.
import { quantile } from "../../measurement/quantile.ts";
import type { Chart } from "../chart.ts";
import { COLOUR } from "../chart-style.ts";
import { countWords } from "../number-words.ts";

export interface Latencies {
  readonly name: string;
  /** Steps, of those that were detected. */
  readonly latencies: readonly number[];
}

const SHARES = [0.05, 0.25, 0.5, 0.75, 0.95];
const ROW_HEIGHT = 30;

/** @returns undefined where nothing was detected */
export function latencyChart(id: string, variants: readonly Latencies[]): Chart | undefined {
  const values = variants.flatMap(({ name, latencies }) => {
    if (latencies.length === 0) return [];
    const [p5, p25, p50, p75, p95] = SHARES.map((share) => Math.max(1, quantile(latencies, share)));
    const most = latencies.reduce((all, one) => Math.max(all, one), 1);
    return [{ name, count: latencies.length, p5, p25, p50, p75, p95, most }];
  });
  if (values.length === 0) return undefined;
  const x = {
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
      "Line: from 5 % to 95 % of the detected faults; bar: the middle half; mark: the median. The axis is logarithmic. " +
      "A difference is seen at the end of an epoch or at a checkpoint at the earliest.",
    spec: {
      data: { values },
      width: 480,
      height: { step: ROW_HEIGHT },
      layer: [
        {
          mark: { type: "rule", strokeWidth: 2, color: COLOUR.muted },
          encoding: { y, x: { ...x, field: "p5" }, x2: { field: "p95" } },
        },
        {
          mark: { type: "bar", height: 14, color: COLOUR.accent, opacity: 0.7 },
          encoding: { y, x: { ...x, field: "p25" }, x2: { field: "p75" } },
        },
        {
          mark: { type: "tick", thickness: 3, height: 20, color: COLOUR.ink, opacity: 1 },
          encoding: { y, x: { ...x, field: "p50" } },
        },
      ],
    },
    table: {
      caption: "Detection latency in instructions",
      columns: [
        { title: "variant" },
        { title: "detected", isNumber: true },
        ...["5 %", "25 %", "median", "75 %", "95 %", "most"].map((title) => ({
          title,
          isNumber: true,
        })),
      ],
      rows: values.map(({ name, count, p5, p25, p50, p75, p95, most }) => [
        name,
        ...[count, p5, p25, p50, p75, p95, most].map((value) => countWords(value ?? 0)),
      ]),
    },
  };
}
