// What protection costs: measured on one host, apart from everything that repeats.
import { countText } from "../../cli/number-text.ts";
import { COST_COLUMNS, costText } from "../cost-columns.ts";
import { chartHtml } from "../chart.ts";
import { memoryChart } from "../charts/memory.ts";
import { paretoChart, type ParetoPoint } from "../charts/pareto.ts";
import { timelineChart } from "../charts/timeline.ts";
import { tableHtml } from "../data-table.ts";
import { html, type Html } from "../html.ts";
import type { ReportInput, ReportVariant } from "../report-input.ts";

/** Timelines shown: of the first variants that recovered. */
const MOST_TIMELINES = 2;

export async function costs({ variants, host }: ReportInput): Promise<Html | undefined> {
  const costed = variants.flatMap((variant) =>
    variant.costs === undefined ? [] : [{ ...variant, costs: variant.costs }],
  );
  const [first] = costed;
  if (first === undefined) return undefined;
  const points = costed.map((variant) => pointOf(variant, first.costs.wallMs));
  const charts = [
    costed.length > 1 ? paretoChart(points, first.summary.confidence) : undefined,
    memoryChart(costed.map(({ name, costs: { memory } }) => ({ name, memory }))),
    ...costed
      .flatMap(({ name, costs: { timeline } }, index) => {
        const chart = timelineChart(`timeline-${index + 1}`, name, timeline);
        return chart === undefined ? [] : [chart];
      })
      .slice(0, MOST_TIMELINES),
  ];
  const drawn: Html[] = [];
  for (const chart of charts) if (chart !== undefined) drawn.push(await chartHtml(chart));
  const where =
    host === undefined
      ? ""
      : `On ${host.processor}, ${host.cores} cores, Node ${host.node}, ${host.date}. `;
  return html`<section aria-labelledby="costs">
    <h2 id="costs">Costs, measured</h2>
    <p class="measured">
      ${where}Medians of ${first.costs.runs} runs of each variant, each in a fresh process, in
      turns. They depend on the host and its load, unlike everything else.
    </p>
    ${tableHtml({
      isWrapped: true,
      caption: `Costs of each variant; in brackets relative to ${first.name}`,
      columns: [
        { title: "variant" },
        ...COST_COLUMNS.map(({ title, meaning }) => ({ title, meaning, isNumber: true })),
      ],
      rows: costed.map((variant) => [
        variant.name,
        ...COST_COLUMNS.map((column) => costText(column, variant.costs, first.costs)),
      ]),
    })}
    <details>
      <summary>What these columns mean</summary>
      <dl>
        ${COST_COLUMNS.map(
          ({ title, meaning }) =>
            html`<dt>${title}</dt>
              <dd>${meaning}</dd>`,
        )}
      </dl>
    </details>
    <details>
      <summary>Every measured run</summary>
      ${tableHtml({
        caption: "Wall time of each run, in the order measured, in milliseconds",
        columns: [{ title: "variant" }, { title: "wall time, ms" }],
        rows: costed.map(({ name, costs: { wallSamplesMs } }) => [
          name,
          wallSamplesMs.map((ms) => countText(ms)).join(", "),
        ]),
      })}
    </details>
    ${drawn}
  </section> `;
}

function pointOf(
  {
    name,
    costs: own,
    summary: { failures },
  }: ReportVariant & Required<Pick<ReportVariant, "costs">>,
  baseMs: number,
): ParetoPoint {
  const { share, upperBound, interval } = failures;
  return {
    name,
    overhead: own.wallMs / baseMs,
    failures: share,
    low: interval?.low ?? share,
    high: interval?.high ?? upperBound,
  };
}
