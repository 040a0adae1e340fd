// What was measured of variants, kept beside a campaign's results: a report that is written again shows it, too.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { VariantCosts } from "../measurement/variant-costs.ts";
import type { ReportInput } from "./report-input.ts";

export interface KeptCosts {
  readonly host: NonNullable<ReportInput["host"]>;
  readonly variants: Readonly<Record<string, VariantCosts>>;
}

const pathIn = (directory: string): string => join(directory, "costs.json");

export async function keepCosts(directory: string, costs: KeptCosts): Promise<void> {
  await writeFile(pathIn(directory), `${JSON.stringify(costs)}\n`);
}

/** @returns undefined where none are kept */
export async function readCosts(directory: string): Promise<KeptCosts | undefined> {
  const text = await readFile(pathIn(directory), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as KeptCosts);
}
