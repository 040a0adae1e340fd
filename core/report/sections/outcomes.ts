// Outcomes of every variant: chart, intervals, bounds, and counts extrapolated to the fault space.
import { FAILURES, type Outcome, OUTCOMES } from "../../api/experiment.ts";
import type { OutcomeCounts } from "../../campaign/variant-figures.ts";
import { countText } from "../../cli/number-text.ts";
import { confidenceText, intervalText, pointsText, shareText } from "../../cli/share-text.ts";
import type { OutcomeFigures } from "../../statistics/summary.ts";
import { chartHtml } from "../chart.ts";
import { latencyChart } from "../charts/latency.ts";
import { outcomeChart } from "../charts/outcome-shares.ts";
import { tableHtml } from "../data-table.ts";
import { html, type Html } from "../html.ts";
import type { ReportInput, ReportVariant } from "../report-input.ts";

export async function outcomes({ variants }: ReportInput): Promise<Html> {
  const latency = latencyChart(
    "latency",
    variants.map(({ name, summary }) => ({ name, latency: summary.latencySteps })),
  );
  return html`<section aria-labelledby="outcomes">
    <h2 id="outcomes">Outcomes</h2>
    ${await chartHtml(
      outcomeChart({
        id: "outcome-shares",
        title: "Outcomes of the faults",
        description:
          "How the faults end, as shares of all faults. Grey and green do no harm; the legend tells the others.",
        each: "variant",
        areWhole: true,
        bars: variants.map(({ name, summary }) => ({
          name,
          counts: byOutcome((outcome) => summary.outcomes[outcome].experiments),
          shares: byOutcome((outcome) => summary.outcomes[outcome].share),
        })),
      }),
    )}
    ${tableHtml({
      caption:
        "Outcomes with an interval for display, a one-sided bound that holds for claims, and points of the fault space extrapolated from them",
      columns: [
        { title: "variant" },
        { title: "outcome" },
        ...["experiments", "share", "interval", "at most", "points"].map((title) => ({
          title,
          isNumber: true,
        })),
      ],
      rows: variants.flatMap(rowsOf),
    })}
    ${
      latency === undefined
        ? undefined
        : html`<h3>Detection</h3>
            ${await chartHtml(latency)}`
    }
  </section> `;
}

const byOutcome = (amount: (outcome: Outcome) => number): OutcomeCounts =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, amount(outcome)])) as OutcomeCounts;

function rowsOf({ name, summary }: ReportVariant): readonly string[][] {
  const row = (title: string, figures: OutcomeFigures): string[] => [
    name,
    title,
    countText(figures.experiments),
    shareText(figures.share),
    intervalText(figures.interval),
    shareText(figures.upperBound, "up"),
    figures.extrapolated === undefined ? "" : pointsText(figures.extrapolated.points),
  ];
  const shown = OUTCOMES.filter(
    (outcome) => FAILURES.includes(outcome) || summary.outcomes[outcome].experiments > 0,
  );
  return [
    ...shown.map((outcome) => row(outcome, summary.outcomes[outcome])),
    row(`all failures (${confidenceText(summary.confidence)})`, summary.failures),
  ];
}
