// Each variant by itself: which registers, bits and functions matter, who detects, and the failures one by one.
import { countText } from "../../cli/number-text.ts";
import { pointsText, shareText } from "../../cli/share-text.ts";
import type { ResultGroup } from "../../statistics/result-groups.ts";
import { type Chart, chartHtml } from "../chart.ts";
import { heatMap } from "../charts/heat-map.ts";
import { outcomeChart } from "../charts/outcome-shares.ts";
import { tableHtml } from "../data-table.ts";
import { html, type Html } from "../html.ts";
import type { ReportInput, ReportVariant } from "../report-input.ts";

const MOST_FUNCTIONS = 15;

export async function details({ variants }: ReportInput): Promise<Html> {
  const parts: Html[] = [];
  for (const [index, variant] of variants.entries()) {
    const isOpen = variants.length === 1 || variant === mostFailing(variants);
    parts.push(
      html`<details${isOpen ? html` open` : undefined}>
<summary><h3 class="inline">${variant.name}</h3></summary>
${await detailOf(variant, `variant-${index + 1}`)}
</details>
`,
    );
  }
  return html`<section class="variants" aria-labelledby="details">
    <h2 id="details">${variants.length === 1 ? "Where faults matter" : "Variant by variant"}</h2>
    ${parts}
  </section> `;
}

const mostFailing = (variants: readonly ReportVariant[]): ReportVariant | undefined =>
  variants.toSorted((a, b) => b.summary.failures.share - a.summary.failures.share)[0];

async function detailOf({ name, summary, figures }: ReportVariant, id: string): Promise<Html> {
  const { structures, notes, detectors } = summary;
  return html`${
    notes.length === 0
      ? undefined
      : html`<ul>
          ${notes.map((note) => html`<li>${note}</li>`)}
        </ul>`
  }
  ${tableHtml({
    caption: `What was struck: ${name}. AVF is the share that was not masked; with replicas an upper bound, since they compare values that nobody would have used`,
    columns: [
      { title: "structure" },
      ...["sites", "experiments", "AVF", "failures", "failures at most"].map((title) => ({
        title,
        isNumber: true,
      })),
    ],
    rows: structures.map((structure) => [
      structure.name,
      pointsText(structure.sites),
      countText(structure.experiments),
      shareText(structure.avf.share),
      shareText(structure.failures.share),
      shareText(structure.failures.upperBound, "up"),
    ]),
  })}
  ${await drawn(heatMap(`${id}-bits`, name, figures.bits))}
  ${await drawn(functionChart(`${id}-functions`, name, summary.byFunction))}
  ${
    detectors.length === 0
      ? undefined
      : tableHtml({
          caption: `Who noticed: ${name}`,
          columns: [{ title: "detector" }, { title: "experiments", isNumber: true }],
          rows: detectors.map(({ detector, experiments }) => [detector, countText(experiments)]),
        })
  }
  ${failureTable(name, figures.failures, summary.failures.experiments)}`;
}

const drawn = (chart: Chart | undefined): Promise<Html> | undefined =>
  chart === undefined ? undefined : chartHtml(chart);

function functionChart(
  id: string,
  name: string,
  groups: readonly ResultGroup[],
): Chart | undefined {
  if (groups.length === 0) return undefined;
  const shown = groups.toSorted((a, b) => b.share - a.share).slice(0, MOST_FUNCTIONS);
  const rest = groups.length - shown.length;
  return outcomeChart({
    id,
    title: `Guest functions: ${name}`,
    description: `Outcomes by the function in which the fault struck, those with most faults first${rest > 0 ? `; ${rest} more are not shown` : ""}.`,
    each: "function",
    areWhole: false,
    bars: shown.map(({ name: title, outcomes, shares }) => ({
      name: title,
      counts: outcomes,
      shares,
    })),
  });
}

function failureTable(
  name: string,
  failures: ReportVariant["figures"]["failures"],
  count: number,
): Html | undefined {
  if (failures.length === 0) return undefined;
  return tableHtml({
    caption: `Failures: ${name}${count > failures.length ? ` (the first ${failures.length} of ${countText(count)})` : ""}`,
    columns: [
      { title: "experiment", isNumber: true },
      { title: "outcome" },
      { title: "fault" },
      { title: "struck" },
      { title: "wrong first" },
    ],
    rows: failures.map(({ index, outcome, injected, injectedAt, struck, firstWrong }) => [
      String(index),
      outcome,
      `${injected ?? "never came"}${injectedAt === undefined ? "" : `, before instruction ${countText(injectedAt)}`}`,
      struck === undefined ? "" : `${struck.symbol ?? ""} ${struck.text}`.trim(),
      firstWrong?.output ?? firstWrong?.register ?? "",
    ]),
  });
}
