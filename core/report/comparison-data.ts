// A comparison for other programs: JSON with everything a report shows, and CSV with a line per variant.
import { type Outcome, OUTCOMES } from "../api/experiment.ts";
import type { ComparedVariant } from "../campaign/compare-variants.ts";
import { COST_COLUMNS } from "./cost-columns.ts";

/** One line per variant, headings first: RFC 4180. */
export function comparisonCsv(variants: readonly ComparedVariant[]): string {
  const first = variants[0]?.costs;
  const costs = COST_COLUMNS.flatMap((column) =>
    column.isRelative ? [column, { ...column, id: `${column.id}_relative` }] : [column],
  );
  const head = [
    "variant",
    "experiments",
    ...OUTCOMES.map(columnOf),
    ...OUTCOMES.map((outcome) => `${columnOf(outcome)}_share`),
    "failure_share",
    "failure_low",
    "failure_high",
    "failure_at_most",
    ...costs.map(({ id }) => id),
  ];
  const rows = variants.map(({ name, summary, costs: own }) => {
    const { share, interval, upperBound } = summary.failures;
    return [
      name,
      summary.experiments,
      ...OUTCOMES.map((outcome) => summary.outcomes[outcome].experiments),
      ...OUTCOMES.map((outcome) => summary.outcomes[outcome].share),
      share,
      interval?.low ?? share,
      interval?.high ?? share,
      upperBound,
      ...costs.map(({ id, value }) => {
        const amount = own && value(own);
        if (!id.endsWith("_relative")) return amount ?? "";
        const base = first && value(first);
        return amount === undefined || base === undefined || base === 0 ? "" : amount / base;
      }),
    ];
  });
  return [head, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

const columnOf = (outcome: Outcome): string => outcome.replaceAll("-", "_");

const csvCell = (value: string | number): string => {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export function comparisonJson(variants: readonly ComparedVariant[]): string {
  const plain = variants.map(({ name, differences, golden, summary, paired, costs }) => {
    const { steps, epochs, replicas, stop, outputDigest } = golden;
    return {
      name,
      differences,
      golden: { steps, epochs, replicas, stop, outputDigest },
      summary,
      ...(paired !== undefined && { paired }),
      ...(costs !== undefined && { costs }),
    };
  });
  return `${JSON.stringify({ variants: plain }, undefined, 2)}\n`;
}
