// What was measured of variants, kept beside a campaign's results: a report that is written again shows it, too.
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { VariantCosts } from "../measurement/variant-costs.ts";
import type { ReportInput } from "./report-input.ts";

export interface KeptCosts {
  readonly host: NonNullable<ReportInput["host"]>;
  readonly variants: Readonly<Record<string, VariantCosts>>;
}

const pathIn = (directory: string): string => join(directory, "costs.json");

export async function keepCosts(directory: string, costs: KeptCosts): Promise<void> {
  const path = pathIn(directory);
  // Whole or not there.
  await writeFile(`${path}.new`, `${JSON.stringify(costs)}\n`);
  await rename(`${path}.new`, path);
}

/** Those of a campaign that is begun anew are not its own. */
export const forgetCosts = (directory: string): Promise<void> =>
  rm(pathIn(directory), { force: true });

/** @returns undefined where none are kept */
export async function readCosts(directory: string): Promise<KeptCosts | undefined> {
  const text = await readFile(pathIn(directory), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as KeptCosts);
}
