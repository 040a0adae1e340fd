// What was found, first: a sentence for those in a hurry, and one table with the figures that decide.
import { intervalText, shareText } from "../../cli/share-text.ts";
import { countText } from "../../cli/number-text.ts";
import { tableHtml, type TableColumn } from "../data-table.ts";
import { html, type Html } from "../html.ts";
import { mibText, msText, ratioText } from "../number-words.ts";
import type { ReportInput, ReportVariant } from "../report-input.ts";
import type { CampaignSummary } from "../../statistics/summary.ts";

/** Named one by one in a sentence. */
const MOST_NAMES = 4;

const number = (title: string): TableColumn => ({ title, isNumber: true });

export function overview({ variants }: ReportInput): Html {
  const hasCosts = variants.some(({ costs }) => costs !== undefined);
  const isCompared = variants.length > 1;
  const first = variants[0];
  return html`<section aria-labelledby="result">
    <h2 id="result">Result</h2>
    <p class="lead">${leadOf(variants)}</p>
    ${tableHtml({
      isWrapped: true,
      caption: `Every variant at a glance.${hasCosts ? " Time and memory were measured on one host, relative to the first variant." : ""}`,
      columns: [
        { title: "variant" },
        number("experiments"),
        number("failures"),
        number("interval"),
        number("failures at most"),
        number("no harm at least"),
        ...(hasCosts ? ["wall time", "CPU time", "memory at rest", "recovery"].map(number) : []),
      ],
      rows: variants.map((variant, index) => [
        isCompared ? `${index + 1} ${variant.name}` : variant.name,
        ...outcomeCells(variant),
        ...(hasCosts ? costCells(variant, first) : []),
      ]),
    })}
    ${isCompared ? differenceTable(variants) : undefined}
  </section> `;
}

function outcomeCells({ summary }: ReportVariant): string[] {
  const { failures, coverage, experiments, isWeighed } = summary;
  return [
    countText(experiments),
    isWeighed
      ? shareText(failures.share)
      : `${countText(failures.experiments)} (${shareText(failures.share)})`,
    intervalText(failures.interval),
    shareText(failures.upperBound, "up"),
    shareText(coverage.lowerBound, "down"),
  ];
}

function costCells({ costs }: ReportVariant, first: ReportVariant | undefined): string[] {
  const base = first?.costs;
  if (costs === undefined || base === undefined) return ["", "", "", ""];
  return [
    ratioText(costs.wallMs / base.wallMs),
    costs.cpuMs === undefined || base.cpuMs === undefined
      ? ""
      : ratioText(costs.cpuMs / base.cpuMs),
    mibText(costs.framesAtRest),
    costs.recoveryMs === undefined ? "" : msText(costs.recoveryMs),
  ];
}

function leadOf(variants: readonly ReportVariant[]): string {
  const harmless = variants.filter(({ summary }) => summary.failures.experiments === 0);
  const harmful = variants.filter(({ summary }) => summary.failures.experiments > 0);
  const names = (some: readonly ReportVariant[]): string => some.map(({ name }) => name).join(", ");
  const [one] = variants;
  if (one === undefined) return "Nothing was run.";
  if (variants.length === 1) {
    return `${failuresText(one.summary)}; ${coverageText(one.summary)} of all faults do no harm.`;
  }
  const worst = harmful.toSorted((a, b) => b.summary.failures.share - a.summary.failures.share);
  return [
    harmless.length > 0
      ? `Not one failure was seen with ${harmless.length > MOST_NAMES ? `${harmless.length} of ${variants.length} variants` : names(harmless)}.`
      : "Failures were seen with every variant.",
    worst.length > 0
      ? `Failures were most frequent with ${worst[0]!.name}: ${shareText(worst[0]!.summary.failures.share)} of all faults.`
      : "",
    cheapest(harmless),
  ]
    .filter((text) => text !== "")
    .join(" ");
}

const failuresText = ({ failures, experiments, isWeighed }: CampaignSummary): string =>
  isWeighed
    ? `${shareText(failures.share)} of all faults end in a failure (from ${countText(experiments)} experiments, each counted as the faults that it stands for)`
    : `${countText(failures.experiments)} of ${countText(experiments)} faults ended in a failure`;

const coverageText = ({ coverage, allocation }: CampaignSummary): string =>
  allocation === "every-point"
    ? shareText(coverage.share)
    : `at least ${shareText(coverage.lowerBound, "down")}`;

function cheapest(variants: readonly ReportVariant[]): string {
  const costed = variants.flatMap(({ name, costs }) =>
    costs === undefined ? [] : [{ name, wallMs: costs.wallMs }],
  );
  const [least] = costed.toSorted((a, b) => a.wallMs - b.wallMs);
  return costed.length < 2 || least === undefined
    ? ""
    : `Of those without a failure, ${least.name} took the least time on this host.`;
}

function differenceTable(variants: readonly ReportVariant[]): Html {
  return html`<h3>What the variants are</h3>
    ${tableHtml({
      caption: "Options that differ from the config",
      columns: [{ title: "variant" }, { title: "options" }],
      rows: variants.map(({ name, differences }) => [
        name,
        differences.length === 0 ? "the config as it stands" : differences.join("; "),
      ]),
    })}`;
}
