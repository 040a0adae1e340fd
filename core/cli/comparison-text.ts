// A comparison of two campaigns as plain text.
import type { CampaignComparison, ComparedShare } from "../statistics/compare-campaigns.ts";
import type { CampaignSummary } from "../statistics/summary.ts";
import { amountText, countText } from "./number-text.ts";
import { confidenceText, pointsText, shareText } from "./share-text.ts";
import { pairsText, tableText } from "./text-table.ts";

export function comparisonText(comparison: CampaignComparison): string {
  const { first, second, cautions } = comparison;
  return [
    `A  ${first.variant}\nB  ${second.variant}\n`,
    pairsText(situationRows(comparison)),
    tableText(shareTable(comparison)),
    `${verdictText(comparison)}\n`,
    `What may not be concluded:\n${cautions.map((caution) => `  - ${caution}\n`).join("")}`,
  ].join("\n");
}

function situationRows(comparison: CampaignComparison): [string, string][] {
  const { kind, common, isPartial, first, second } = comparison;
  const what = {
    paired: `paired: ${amountText(common, "fault")} in common${isPartial ? "; the table is of these" : ""}`,
    unpaired: `unpaired: ${amountText(first.experiments, "experiment")} of A, ${countText(second.experiments)} of B`,
    exact: "exact: both tried every point",
  }[kind];
  return [
    ["comparison", what],
    ...(isPartial
      ? [
          ["failures of all", `${wholeText(first)} of A, ${wholeText(second)} of B`] as [
            string,
            string,
          ],
        ]
      : []),
    ["fault space", `${pointsText(first.points)} points of A, ${pointsText(second.points)} of B`],
    ["failing points", `${failingText(first)} of A, ${failingText(second)} of B`],
  ];
}

/** Of the whole campaign. */
const wholeText = ({ failures, experiments }: CampaignSummary): string =>
  `${shareText(failures.share)} of all ${amountText(experiments, "experiment")}`;

/** With its interval, where points of models add up. */
function failingText({ failures: { extrapolated } }: CampaignSummary): string {
  if (extrapolated === undefined) return "not of all models together";
  const { points, interval } = extrapolated;
  if (interval === undefined) return pointsText(points);
  return `${pointsText(points)} (${pointsText(interval.low)} to ${pointsText(interval.high)})`;
}

function shareTable({ shares, confidence, isPartial }: CampaignComparison): string[][] {
  const of = isPartial ? ", in common" : "";
  return [
    ["outcome", `A${of}`, `B${of}`, "B - A", `${confidenceText(confidence)} interval`, "p"],
    ...shares.map(({ what, first, second, difference, interval, p }) => [
      what,
      shareText(first.share),
      shareText(second.share),
      pointsOf(difference),
      interval === undefined ? "exact" : `${pointsOf(interval.low)} to ${pointsOf(interval.high)}`,
      p === undefined ? "-" : p < 1e-4 ? p.toExponential(1) : p.toFixed(4),
    ]),
  ];
}

/** Percentage points, with a sign. */
function pointsOf(share: number): string {
  const percent = share * 100;
  const decimals = percent === 0 ? 0 : Math.max(2, 2 - Math.floor(Math.log10(Math.abs(percent))));
  return `${percent > 0 ? "+" : ""}${percent.toFixed(Math.min(decimals, 9))}`;
}

function verdictText(comparison: CampaignComparison): string {
  const { shares, confidence, failures, kind } = comparison;
  const [all] = shares as readonly [ComparedShare, ...ComparedShare[]];
  const pairs =
    failures === undefined
      ? ""
      : ` Under the same faults only A failed ${countText(failures.onlyFirst)} times, only B ${countText(failures.onlySecond)} times, both ${countText(failures.both)} times.`;
  const sure = kind === "exact" ? "" : ` with ${confidenceText(confidence)} confidence`;
  if (!all.isSignificant) {
    return `No difference in failures is shown${sure}.${pairs}`;
  }
  const worse = all.difference > 0 ? "B fails more often than A" : "B fails less often than A";
  return `${worse}${sure}.${pairs}`;
}
