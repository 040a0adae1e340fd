// The costs of variants as columns of a table: what they are called, what they mean, and how they are written. Text, CSV
// and HTML show the same ones.
import type { VariantCosts } from "../measurement/variant-costs.ts";
import { mibText, msText, ratioText } from "./number-words.ts";

export interface CostColumn {
  /** As in CSV and JSON. */
  readonly id: string;
  readonly title: string;
  /** What is measured, for those who read the report. */
  readonly meaning: string;
  /** undefined where there is no such figure. */
  readonly value: (costs: VariantCosts) => number | undefined;
  /** Relative to the first variant, or an amount of its own. */
  readonly isRelative: boolean;
  readonly text: (value: number) => string;
}

export const COST_COLUMNS: readonly CostColumn[] = [
  {
    id: "wall_ms",
    title: "wall time",
    meaning: "from the first epoch agreed on to the last, without start-up; median of the runs",
    value: ({ wallMs }) => wallMs,
    isRelative: true,
    text: msText,
  },
  {
    id: "cpu_ms",
    title: "CPU time",
    meaning: "of all threads of the process during that time; median of the runs",
    value: ({ cpuMs }) => cpuMs,
    isRelative: true,
    text: msText,
  },
  {
    id: "frames_at_rest",
    title: "memory at rest",
    meaning: "4 KiB frames in use right after the last checkpoint (at the end without checkpoints)",
    value: ({ framesAtRest }) => framesAtRest,
    isRelative: true,
    text: mibText,
  },
  {
    id: "frames_peak",
    title: "memory peak",
    meaning: "most frames in use, seen right before pages are shared again",
    value: ({ peakFrames }) => peakFrames,
    isRelative: true,
    text: mibText,
  },
  {
    id: "checkpoints",
    title: "checkpoints",
    meaning: "taken in one run",
    value: ({ checkpoints }) => checkpoints,
    isRelative: false,
    text: String,
  },
  {
    id: "pause_ms",
    title: "pause",
    meaning: "replicas standing still for a checkpoint; median over the checkpoints of all runs",
    value: ({ pauseMs }) => pauseMs,
    isRelative: false,
    text: msText,
  },
  {
    id: "output_delay_ms",
    title: "output delay",
    meaning:
      "from the moment a replica first emits an output in an epoch until the outputs of that epoch are released; median",
    value: ({ outputDelay }) => outputDelay?.medianMs,
    isRelative: false,
    text: msText,
  },
  {
    id: "output_delay_p95_ms",
    title: "delay 95 %",
    meaning: "the same; 95 % of the epochs with outputs are below",
    value: ({ outputDelay }) => outputDelay?.p95Ms,
    isRelative: false,
    text: msText,
  },
  {
    id: "recovery_ms",
    title: "recovery",
    meaning: "from the divergence until the replicas go on, after one fault; median of the runs",
    value: ({ recoveryMs }) => recoveryMs,
    isRelative: false,
    text: msText,
  },
];

/** A figure with how much it is of the first variant's: "1.20 s (1.87 x)"; "" where there is none. */
export function costText(
  { value, isRelative, text }: CostColumn,
  costs: VariantCosts,
  first: VariantCosts,
): string {
  const amount = value(costs);
  if (amount === undefined) return "";
  const base = value(first);
  if (!isRelative || base === undefined || base === 0) return text(amount);
  return `${text(amount)} (${ratioText(amount / base)})`;
}
