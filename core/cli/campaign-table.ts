// The outcomes of a campaign as plain text: deterministic to the last digit, so that two runs can be compared with diff.
import { type Outcome, OUTCOMES } from "../api/experiment.ts";
import type { StoredResult } from "../api/result-store.ts";
import type { CampaignOutcome } from "../campaign/run-campaign.ts";
import { amountText, countText } from "./number-text.ts";

export function campaignTable(label: string, { golden, plan, results }: CampaignOutcome): string {
  const strata = [...new Set(plan.strata.map(({ name }) => name))];
  const present = OUTCOMES.filter((outcome) =>
    results.some((result) => result.outcome === outcome),
  );
  const rows = [
    ["", "experiments", ...present],
    ...strata.map((name) => rowOf(name, results.filter(isOf(name)), present)),
    rowOf("all", results, present),
  ];
  const end = `exit code ${golden.stop.exitCode}`;
  return [
    `campaign ${label}`,
    `without faults: ${golden.stop.reason}, ${end}, ${amountText(golden.steps, "step")}, ${amountText(golden.epochs, "epoch")}`,
    "",
    ...aligned(rows),
    ...(plan.notes.length === 0 ? [] : ["", ...plan.notes]),
    "",
  ].join("\n");
}

const isOf =
  (stratum: string) =>
  ({ experiment }: StoredResult): boolean =>
    experiment.stratum === stratum;

function rowOf(
  name: string,
  results: readonly StoredResult[],
  outcomes: readonly Outcome[],
): readonly string[] {
  const counts = outcomes.map((outcome) => results.filter((r) => r.outcome === outcome).length);
  return [name, countText(results.length), ...counts.map(countText)];
}

/** First column to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
