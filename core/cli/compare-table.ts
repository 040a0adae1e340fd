// A comparison as plain text: what is the same on every host and to the last digit, then what was measured on this one.
import { OUTCOMES } from "../api/experiment.ts";
import type { ComparedVariant } from "../campaign/compare-variants.ts";
import { COST_COLUMNS, costText } from "../report/cost-columns.ts";
import { countText } from "./number-text.ts";
import { shareText } from "./share-text.ts";
import { tableText } from "./text-table.ts";

export function compareTable(label: string, variants: readonly ComparedVariant[]): string {
  return `comparison ${label}\n\n${outcomeTable(variants)}${costTable(variants)}`;
}

function outcomeTable(variants: readonly ComparedVariant[]): string {
  const present = OUTCOMES.filter((outcome) =>
    variants.some(({ summary }) => summary.outcomes[outcome].experiments > 0),
  );
  // Counts of classes tell nothing: one may stand for a point, or for a million of them.
  const areShares = variants.some(({ summary }) => summary.isWeighed);
  return tableText([
    ["variant", areShares ? "experiments" : "faults", ...present, "failures at most"],
    ...variants.map(({ name, summary }) => [
      name,
      countText(summary.experiments),
      ...present.map((outcome) =>
        areShares
          ? shareText(summary.outcomes[outcome].share)
          : countText(summary.outcomes[outcome].experiments),
      ),
      shareText(summary.failures.upperBound, "up"),
    ]),
  ]);
}

function costTable(variants: readonly ComparedVariant[]): string {
  const first = variants.find(({ costs }) => costs !== undefined)?.costs;
  if (first === undefined) return "";
  const rows = variants.flatMap(({ name, costs }) =>
    costs === undefined
      ? []
      : [[name, ...COST_COLUMNS.map((column) => costText(column, costs, first))]],
  );
  const runs = `${first.runs} run${first.runs === 1 ? "" : "s"} of each in turns`;
  return `\nmeasured on this host, medians of ${runs}; in brackets relative to ${variants[0]?.name}\n\n${tableText(
    [["variant", ...COST_COLUMNS.map(({ title }) => title)], ...rows],
  )}`;
}
