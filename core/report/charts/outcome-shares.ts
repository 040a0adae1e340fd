// Bars of outcomes: how many of the faults end how, by variant, by guest function, by whatever there are counts of.
import { type Outcome, OUTCOMES } from "../../api/experiment.ts";
import type { Chart } from "../chart.ts";
import { COLOUR, outcomeColour } from "../chart-style.ts";
import { countWords, percentText } from "../number-words.ts";
import { type OutcomeCounts, totalOf } from "../variant-figures.ts";

export interface OutcomeBars {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** What a bar is: "variant". */
  readonly each: string;
  readonly bars: readonly { readonly name: string; readonly counts: OutcomeCounts }[];
  /** Bars as long as there are faults, instead of all of one length. */
  readonly areCounts?: boolean;
}

const ROW_HEIGHT = 24;

export function outcomeChart(input: OutcomeBars): Chart {
  const { bars, each, areCounts = false } = input;
  const present = OUTCOMES.filter((outcome) => bars.some(({ counts }) => counts[outcome] > 0));
  const values = bars.flatMap(({ name, counts }) =>
    present.map((outcome, order) => ({ name, outcome, order, count: counts[outcome] })),
  );
  return {
    ...input,
    spec: {
      data: { values },
      width: 480,
      height: { step: ROW_HEIGHT },
      mark: { type: "bar", stroke: COLOUR.paper, strokeWidth: 1 },
      encoding: {
        y: { field: "name", type: "nominal", title: null, sort: null },
        x: {
          field: "count",
          type: "quantitative",
          stack: areCounts ? "zero" : "normalize",
          title: areCounts ? "faults" : "share of the faults",
          axis: areCounts ? { tickMinStep: 1 } : { format: ".0%" },
        },
        order: { field: "order" },
        color: {
          field: "outcome",
          type: "nominal",
          title: null,
          scale: { domain: present, range: present.map(outcomeColour) },
          legend: { orient: "bottom", columns: 4 },
        },
      },
    },
    table: {
      caption: input.title,
      columns: [
        { title: each },
        { title: "faults", isNumber: true },
        ...present.map((outcome) => ({ title: outcome, isNumber: true })),
      ],
      rows: bars.map(({ name, counts }) => [
        name,
        countWords(totalOf(counts)),
        ...present.map((outcome) => shareText(counts, outcome)),
      ]),
    },
  };
}

function shareText(counts: OutcomeCounts, outcome: Outcome): string {
  const all = totalOf(counts);
  const count = counts[outcome];
  return all === 0 ? "0" : `${countWords(count)} (${percentText(count / all)})`;
}
