// What was measured of variants, kept beside a campaign's results: a report that is written again shows it, too.
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExtravirtError } from "../api/extravirt-error.ts";
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

/**
 * @returns undefined where none are kept
 * @throws XV_ERR_CAMPAIGN_COSTS where the file is damaged
 */
export async function readCosts(directory: string): Promise<KeptCosts | undefined> {
  const path = pathIn(directory);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  let costs: unknown;
  try {
    costs = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, cause);
  }
  if (!isCosts(costs)) throw damaged(path);
  return costs;
}

const NUMBERS = [
  "runs",
  "wallMs",
  "startMs",
  "framesAtRest",
  "peakFrames",
  "checkpoints",
] as const satisfies readonly (keyof VariantCosts)[];
const LISTS = [
  "wallSamplesMs",
  "memory",
  "timeline",
] as const satisfies readonly (keyof VariantCosts)[];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

function isCosts(value: unknown): value is KeptCosts {
  if (!isObject(value)) return false;
  const { host, variants } = value;
  return (
    isObject(host) &&
    typeof host["processor"] === "string" &&
    typeof host["cores"] === "number" &&
    isObject(variants) &&
    Object.values(variants).every(
      (costs) =>
        isObject(costs) &&
        NUMBERS.every((name) => typeof costs[name] === "number") &&
        LISTS.every((name) => Array.isArray(costs[name])),
    )
  );
}

function damaged(path: string, cause?: unknown): ExtravirtError {
  return new ExtravirtError("XV_ERR_CAMPAIGN_COSTS", "What was measured can't be read again.", {
    place: path,
    remedy:
      "Delete the file for a report without costs; `extravirt compare` with the same configs measures them again.",
    ...(cause !== undefined && { cause }),
  });
}
