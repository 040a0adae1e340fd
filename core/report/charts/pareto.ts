// Overhead against residual failures: what protection costs and what it leaves.
import type { Chart } from "../chart.ts";
import { COLOUR } from "../chart-style.ts";
import { confidenceText, shareText } from "../../cli/share-text.ts";
import { ratioText } from "../number-words.ts";

export interface ParetoPoint {
  readonly name: string;
  /** Wall time relative to the first variant's. */
  readonly overhead: number;
  /** Share of faults that end in a failure, with the bounds of its interval. */
  readonly failures: number;
  readonly low: number;
  readonly high: number;
}

/** Below this share the axis is linear, so that 0 has a place on it. */
const LINEAR_BELOW = 0.001;

/** @param confidence of the intervals */
export function paretoChart(points: readonly ParetoPoint[], confidence: number): Chart {
  const values = points.map((point, index) => ({
    ...point,
    number: `${index + 1}`,
    front: isOnFront(point, points) ? "nothing is better in both" : "another one is better",
  }));
  const most = Math.max(LINEAR_BELOW, ...points.map(({ high }) => high));
  const ticks = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1].filter((tick) => tick <= most * 1.5);
  const x = {
    field: "overhead",
    type: "quantitative",
    title: "wall time relative to the first variant",
    scale: { zero: false, nice: true, padding: 20 },
  };
  const y = {
    type: "quantitative",
    title: "faults that end in a failure",
    scale: { type: "symlog", constant: LINEAR_BELOW },
    axis: { values: ticks, format: ".1%" },
  };
  const front = points.filter((point) => isOnFront(point, points));
  return {
    id: "pareto",
    title: "Overhead against residual failures",
    description:
      `Each variant by its number: further left costs less time, further down fails less. Lines are ${confidenceText(confidence)} intervals. ` +
      `Filled: no other variant is better in both (${front.map(({ name }) => name).join(", ")}).`,
    spec: {
      data: { values },
      width: 560,
      height: 300,
      layer: [
        {
          mark: { type: "rule", strokeWidth: 1.5, color: COLOUR.muted },
          encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
        },
        {
          mark: { type: "point", size: 90, strokeWidth: 2, stroke: COLOUR.accent, opacity: 1 },
          encoding: {
            x,
            y: { ...y, field: "failures" },
            fill: {
              field: "front",
              type: "nominal",
              title: null,
              scale: {
                domain: ["nothing is better in both", "another one is better"],
                range: [COLOUR.accent, "var(--paper)"],
              },
              legend: { orient: "bottom", symbolStrokeColor: COLOUR.accent },
            },
          },
        },
        {
          mark: { type: "text", dx: 9, dy: -9, align: "left", color: COLOUR.ink, fontSize: 12 },
          encoding: { x, y: { ...y, field: "failures" }, text: { field: "number" } },
        },
      ],
    },
    table: {
      caption: "Overhead and residual failures of each variant",
      columns: [
        { title: "variant" },
        { title: "number", isNumber: true },
        { title: "wall time", isNumber: true },
        { title: "failures", isNumber: true },
        { title: "interval", isNumber: true },
        { title: "better in both" },
      ],
      rows: values.map(({ name, number, overhead, failures, low, high, front: place }) => [
        name,
        number,
        ratioText(overhead),
        shareText(failures),
        `${shareText(low)} to ${shareText(high)}`,
        place,
      ]),
    },
  };
}

function isOnFront(point: ParetoPoint, all: readonly ParetoPoint[]): boolean {
  return !all.some(
    (other) =>
      other.overhead <= point.overhead &&
      other.failures <= point.failures &&
      (other.overhead < point.overhead || other.failures < point.failures),
  );
}
