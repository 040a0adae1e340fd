// Bars of outcomes: how many of the faults end how, by variant, by guest function, by whatever there are counts of.
import { type Outcome, OUTCOMES } from "../../api/experiment.ts";
import { type OutcomeCounts, totalOf } from "../../campaign/variant-figures.ts";
import { countText } from "../../cli/number-text.ts";
import { shareText } from "../../cli/share-text.ts";
import type { Chart } from "../chart.ts";
import { COLOUR, outcomeColour } from "../chart-style.ts";

interface OutcomeBar {
  readonly name: string;
  /** Experiments. */
  readonly counts: Readonly<OutcomeCounts>;
  /** Of all faults: what the experiments stand for. */
  readonly shares: Readonly<OutcomeCounts>;
}

export interface OutcomeBars {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** What a bar is: "variant". */
  readonly each: string;
  /** Each bar is all faults, and as long as any other; otherwise as long as its share of them. */
  readonly areWhole: boolean;
  readonly bars: readonly OutcomeBar[];
}

const ROW_HEIGHT = 24;

export function outcomeChart({ id, title, description, each, areWhole, bars }: OutcomeBars): Chart {
  const present = OUTCOMES.filter((outcome) => bars.some(({ counts }) => counts[outcome] > 0));
  const values = bars.flatMap(({ name, shares }) =>
    present.map((outcome, order) => ({ name, outcome, order, amount: shares[outcome] })),
  );
  return {
    id,
    title,
    description,
    spec: {
      data: { values },
      width: 480,
      height: { step: ROW_HEIGHT },
      mark: { type: "bar", stroke: COLOUR.paper, strokeWidth: 1 },
      encoding: {
        y: { field: "name", type: "nominal", title: null, sort: null },
        x: {
          field: "amount",
          type: "quantitative",
          stack: areWhole ? "normalize" : "zero",
          title: "share of all faults",
          axis: { format: areWhole ? ".0%" : "~%" },
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
      caption: `${title}: experiments, and in brackets what they stand for of all faults`,
      columns: [
        { title: each },
        { title: "experiments", isNumber: true },
        ...present.map((outcome) => ({ title: outcome, isNumber: true })),
      ],
      rows: bars.map((bar) => [
        bar.name,
        countText(totalOf(bar.counts)),
        ...present.map((outcome) => amountsText(bar, outcome)),
      ]),
    },
  };
}

const amountsText = ({ counts, shares }: OutcomeBar, outcome: Outcome): string =>
  `${countText(counts[outcome])} (${shareText(shares[outcome])})`;
