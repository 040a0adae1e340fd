// What a campaign found out about one variant, as plain text: deterministic to the last digit, so that two runs can be
// compared with diff.
import { OUTCOMES } from "../api/experiment.ts";
import type { GoldenFacts } from "../campaign/golden-run.ts";
import type { ResultGroup } from "../statistics/result-groups.ts";
import { errorMargin, sampleSize } from "../statistics/sample-size.ts";
import type { StructureFigures } from "../statistics/structure-figures.ts";
import { confidenceOfLook } from "../statistics/summary.ts";
import type { CampaignSummary, OutcomeFigures } from "../statistics/summary.ts";
import type { Quantiles } from "../statistics/weighted-quantiles.ts";
import { amountText, countText } from "./number-text.ts";
import { failureRateRows } from "./rate-text.ts";
import { confidenceText, intervalText, pointsText, shareText } from "./share-text.ts";
import { pairsText, tableText } from "./text-table.ts";

/** Rows of tables of which only the worst are shown. */
const MOST_ROWS = 10;

export function campaignText(
  label: string,
  golden: Pick<GoldenFacts, "steps" | "epochs" | "stop">,
  summary: CampaignSummary,
): string {
  const worst = (title: string, groups: readonly ResultGroup[]): readonly string[] => {
    const rows = worstOf(groups);
    return rows.length === 0 ? [] : [tableText(groupTable(title, rows))];
  };
  return [
    `Campaign ${label}\n`,
    pairsText(situationRows(golden, summary)),
    tableText(outcomeTable(summary)),
    pairsText(claimRows(summary)),
    tableText(structureTable(summary)),
    ...(summary.byStratum.length > 1 ? [tableText(groupTable("stratum", summary.byStratum))] : []),
    ...worst("worst registers", summary.byRegister),
    ...worst("worst functions", summary.byFunction),
    ...detectionText(summary),
    ...(summary.notes.length === 0
      ? []
      : [`Notes:\n${summary.notes.map((note) => `  - ${note}\n`).join("")}`]),
  ].join("\n");
}

function situationRows(
  { stop, steps, epochs }: Pick<GoldenFacts, "steps" | "epochs" | "stop">,
  summary: CampaignSummary,
): [string, string][] {
  const { first, end } = summary.steps;
  const { experiments, planned } = summary;
  return [
    [
      "without faults",
      `${stop.reason}, exit code ${stop.exitCode}, ${amountText(steps, "step")}, ${amountText(epochs, "epoch")}`,
    ],
    [
      "fault space",
      `${pointsText(summary.points)} points, before steps ${countText(first)} to ${countText(end - 1)}`,
    ],
    [
      "experiments",
      experiments === planned
        ? countText(experiments)
        : `${countText(experiments)} of ${countText(planned)}`,
    ],
    ...(summary.allocation === "proportional" && experiments > 0 ? [precisionRow(summary)] : []),
  ];
}

const GOOD_PRECISION = 0.01;

/** What a sample of this size can tell, whatever comes out; only where it is one. */
function precisionRow(summary: CampaignSummary): [string, string] {
  const { points, experiments, confidence: asked, looks } = summary;
  const confidence = confidenceOfLook(asked, looks);
  const margin = shareText(errorMargin(points, experiments, confidence), "up");
  const needed = sampleSize(points, { halfWidth: GOOD_PRECISION, confidence });
  const over = looks > 1 ? ` over ${looks} looks at the results` : "";
  const more =
    needed > experiments
      ? `; ± ${GOOD_PRECISION * 100} % takes ${countText(needed)} experiments`
      : "";
  return [
    "precision",
    `± ${margin} at worst, with ${confidenceText(asked)} confidence${over}${more}`,
  ];
}

function outcomeTable(summary: CampaignSummary): string[][] {
  const { outcomes, failures, allocation } = summary;
  // What is counted is no bound, and rounded as any number is.
  const bound = allocation === "every-point" ? "nearest" : "up";
  const hasPoints = failures.extrapolated !== undefined;
  const row = (name: string, figures: OutcomeFigures): string[] => [
    name,
    countText(figures.experiments),
    shareText(figures.share),
    intervalText(figures.interval),
    shareText(figures.upperBound, bound),
    ...(hasPoints ? [pointsText(figures.extrapolated!.points)] : []),
  ];
  return [
    [
      "outcome",
      "experiments",
      "share",
      `${confidenceText(summary.confidence)} interval`,
      "at most",
      ...(hasPoints ? ["points"] : []),
    ],
    ...OUTCOMES.map((outcome) => row(outcome, outcomes[outcome])),
    row("all failures", failures),
  ];
}

function claimRows(summary: CampaignSummary): (readonly [string, string])[] {
  const { coverage, survived, allocation, confidence, rate } = summary;
  const claim = ({ share, lowerBound }: CampaignSummary["coverage"], of: string): string =>
    allocation === "every-point"
      ? `${shareText(share)} ${of}`
      : `at least ${shareText(lowerBound, "down")} ${of} (with ${confidenceText(confidence)} confidence)`;
  return [
    ["no harm", claim(coverage, "of all faults")],
    ["went on", claim(survived, "masked or recovered")],
    ...(rate === undefined ? [] : failureRateRows(rate)),
  ];
}

function structureTable({ structures, steps, allocation }: CampaignSummary): string[][] {
  const bound = allocation === "every-point" ? "nearest" : "up";
  const range = steps.end - steps.first;
  return [
    ["struck", "sites", "experiments", "not masked", "failures", "at most", "failing points"],
    ...structures.map((structure: StructureFigures) => [
      structure.name,
      pointsText(structure.sites),
      countText(structure.experiments),
      shareText(structure.avf.share),
      shareText(structure.failures.share),
      shareText(structure.failures.upperBound, bound),
      pointsText(structure.failures.share * structure.sites * range),
    ]),
  ];
}

function groupTable(title: string, groups: readonly ResultGroup[]): string[][] {
  const present = OUTCOMES.filter((name) => groups.some(({ outcomes }) => outcomes[name] > 0));
  return [
    [title, "experiments", ...present, "failures", "interval"],
    ...groups.map(({ name, experiments, outcomes, failures, failureInterval }) => [
      name,
      countText(experiments),
      ...present.map((outcome) => countText(outcomes[outcome])),
      shareText(failures),
      intervalText(failureInterval),
    ]),
  ];
}

/** Those with failures, most first. */
function worstOf(groups: readonly ResultGroup[]): readonly ResultGroup[] {
  return groups
    .filter(({ failures }) => failures > 0)
    .toSorted((a, b) => b.failures * b.share - a.failures * a.share)
    .slice(0, MOST_ROWS);
}

function detectionText(summary: CampaignSummary): readonly string[] {
  const { detectors, latencySteps, latencyEpochs, lostSteps } = summary;
  if (detectors.length === 0) return [];
  const row = (name: string, quantiles: Quantiles | undefined): string[][] =>
    quantiles === undefined
      ? []
      : [
          [
            name,
            countText(quantiles.count),
            ...[quantiles.median, quantiles.p90, quantiles.p99, quantiles.max].map(countText),
          ],
        ];
  const rows = [
    ...row("latency, steps", latencySteps),
    ...row("latency, epochs", latencyEpochs),
    ...row("work lost, steps", lostSteps),
  ];
  const by = detectors.map(({ detector, experiments }) => `${detector} ${countText(experiments)}`);
  return [
    pairsText([["detected by", by.join(", ")]]),
    ...(rows.length === 0
      ? []
      : [
          tableText([
            ["of those detected", "experiments", "median", "90 %", "99 %", "max"],
            ...rows,
          ]),
        ]),
  ];
}
