// The comparison as a Markdown table: a row for each combination of strategies.
import { markdownTable } from "../table.ts";
import type { Costs } from "./costs.ts";
import type { Survival } from "./survival.ts";

export interface ComparedStrategies {
  readonly name: string;
  readonly costs: Costs;
  /** By class of faults, in the order of the columns. */
  readonly survival: Readonly<Record<string, Survival>>;
}

/** @param rows the first one is what ratios are against. */
export function strategiesTable(rows: readonly ComparedStrategies[]): string {
  const [base] = rows;
  if (base === undefined) return "";
  const classes = Object.keys(base.survival);
  const head = ["strategies", "wall", "CPU time", "memory at rest", "peak", "pause", ...classes];
  const cells = rows.map(({ name, costs, survival }) => [
    name,
    ratio(costs.wallSeconds, base.costs.wallSeconds),
    ratio(costs.cpuSeconds, base.costs.cpuSeconds),
    ratio(costs.framesAtRest, base.costs.framesAtRest),
    ratio(costs.peakFrames, base.costs.peakFrames),
    costs.pauseMs === undefined ? "" : `${costs.pauseMs.toFixed(1)} ms`,
    ...classes.map((faultClass) => survivalText(survival[faultClass])),
  ]);
  return markdownTable(head, cells, [false, ...head.slice(1).map(() => true)]);
}

const ratio = (value: number, base: number): string => `${(value / base).toFixed(2)} x`;

const survivalText = (survival: Survival | undefined): string =>
  survival === undefined ? "" : `${survival.right} / ${survival.stopped} / ${survival.wrong}`;
