// Frames in use over the run, by variant: at rest after each checkpoint, and most before it.
import { framesInUse, type MemorySample } from "../../coordinator/frame-accounts.ts";
import type { Chart } from "../chart.ts";
import { COLOUR } from "../chart-style.ts";
import { countText } from "../../cli/number-text.ts";
import { mibOf } from "../number-words.ts";

export interface MemoryOverTime {
  readonly name: string;
  readonly memory: readonly MemorySample[];
}

const COLUMNS = 2;
const MIB_DIGITS = 2;

/** @returns undefined where no variant took a checkpoint */
export function memoryChart(variants: readonly MemoryOverTime[]): Chart | undefined {
  const shown = variants.filter(({ memory }) => memory.length > 0);
  const values = shown.flatMap(({ name, memory }) =>
    memory.flatMap(({ steps, framesByOwner, peakFrames }) => [
      { name, steps, what: "at rest", mib: mibOf(framesInUse(framesByOwner)) },
      { name, steps, what: "peak before", mib: mibOf(peakFrames) },
    ]),
  );
  if (values.length === 0) return undefined;
  return {
    id: "memory",
    title: "Memory over the run",
    description:
      "Memory that all replicas and checkpoints take together, after each checkpoint and at most before it. " +
      "Variants without checkpoints are not counted meanwhile, and absent.",
    spec: {
      data: { values },
      facet: { field: "name", type: "nominal", title: null, sort: shown.map(({ name }) => name) },
      columns: COLUMNS,
      spec: {
        width: 250,
        height: 90,
        mark: { type: "line", interpolate: "step-after", strokeWidth: 2 },
        encoding: {
          x: {
            field: "steps",
            type: "quantitative",
            title: "instructions",
            axis: { format: "~s", tickCount: 5 },
          },
          y: { field: "mib", type: "quantitative", title: "MiB", axis: { tickCount: 4 } },
          color: {
            field: "what",
            type: "nominal",
            title: null,
            scale: { domain: ["at rest", "peak before"], range: [COLOUR.accent, COLOUR.muted] },
            legend: { orient: "bottom" },
          },
          strokeDash: {
            field: "what",
            type: "nominal",
            title: null,
            scale: {
              domain: ["at rest", "peak before"],
              range: [
                [1, 0],
                [4, 3],
              ],
            },
            legend: { orient: "bottom" },
          },
        },
      },
    },
    table: {
      caption: "Memory after checkpoints, in MiB",
      columns: [
        { title: "variant" },
        ...["samples", "first at rest", "last at rest", "most"].map((title) => ({
          title,
          isNumber: true,
        })),
      ],
      rows: shown.map(({ name, memory }) => {
        const rest = memory.map(({ framesByOwner }) => mibOf(framesInUse(framesByOwner)));
        const most = Math.max(...memory.map(({ peakFrames }) => mibOf(peakFrames)), ...rest);
        const texts = [rest[0], rest.at(-1), most].map((mib) => (mib ?? 0).toFixed(MIB_DIGITS));
        return [name, countText(memory.length), ...texts];
      }),
    },
  };
}
