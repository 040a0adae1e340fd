// What `extravirt campaign diff` does; loaded when it is asked for.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { ResultStore, StoredResult, VariantRecord } from "../api/result-store.ts";
import { campaignNameOf } from "../campaign/campaign-store.ts";
import { openKept } from "../campaign/open-kept.ts";
import { loadRegistry } from "../plugin-host/load-registry.ts";
import { compareCampaigns } from "../statistics/compare-campaigns.ts";
import type { ComparedCampaign } from "../statistics/compare-campaigns.ts";
import type { PlanFacts } from "../statistics/plan-facts.ts";
import type { CliIo } from "./cli-io.ts";
import { comparisonText } from "./comparison-text.ts";
import { confidenceOf } from "./confidence-option.ts";
import { jsonText } from "./json-value.ts";
import { loadCampaignVariants } from "./load-campaign.ts";

export interface DiffOptions {
  readonly first?: string;
  readonly second?: string;
  readonly confidence: string;
  readonly json?: boolean;
}

export async function diff(a: string, b: string, options: DiffOptions, io: CliIo): Promise<void> {
  const confidence = confidenceOf(options.confidence);
  // One after the other: the same directory can't be opened twice at a time.
  const first = await readCampaign(a, options.first, "--first", io);
  const second = await readCampaign(b, options.second, "--second", io);
  const comparison = compareCampaigns(first, second, confidence);
  io.out(options.json === true ? jsonText(comparison) : comparisonText(comparison));
}

async function readCampaign(
  name: string,
  variant: string | undefined,
  option: string,
  io: CliIo,
): Promise<ComparedCampaign> {
  const store = await openStore(name, io);
  try {
    const record = variantOf(await store.variants(), variant, name, option);
    const results: StoredResult[] = [];
    for await (const result of store.results(record.name)) results.push(result);
    const { done, planned } = await store.progress(record.name);
    if (done < planned) throw incomplete(name, done, planned);
    const facts = { ...(record.facts["plan"] as PlanFacts), planned };
    const { software } = store.campaign.definition;
    return {
      name: `${name}, ${record.name}`,
      facts,
      results,
      software: typeof software === "string" ? software : undefined,
    };
  } finally {
    await store.close();
  }
}

/** A directory has its results in it; a config says where they are. */
async function openStore(name: string, io: CliIo): Promise<ResultStore> {
  const notify = (text: string): void => io.err(`extravirt: ${text}\n`);
  const directory = resolve(io.cwd, name);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    const { store } = await openKept(await loadCampaignVariants([name], {}, io), notify);
    return store;
  }
  const registry = await loadRegistry({ plugins: [] });
  const campaign = { name: campaignNameOf(directory), definition: {} };
  return registry
    .get("result-store", "pglite")
    .open({}, { mode: "read", campaign, directory, notify });
}

function variantOf(
  variants: readonly VariantRecord[],
  wanted: string | undefined,
  place: string,
  option: string,
): VariantRecord {
  const names = variants.map(({ name }) => name).join(", ");
  const found = wanted === undefined ? variants : variants.filter(({ name }) => name === wanted);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new ExtravirtError(
    "XV_ERR_CLI_VARIANT",
    wanted === undefined
      ? `This campaign has ${variants.length} variants.`
      : `This campaign has no variant ${wanted}.`,
    { place, value: wanted ?? names, remedy: `Name one with ${option}: ${names}.` },
  );
}

/** Batches run in the order of their steps: a part of them is no random part. */
function incomplete(name: string, done: number, planned: number): ExtravirtError {
  return new ExtravirtError("XV_ERR_CAMPAIGN_INCOMPLETE", "The campaign is not complete.", {
    place: name,
    value: `${done} of ${planned} experiments`,
    remedy: "Go on with it first: extravirt campaign with its config.",
  });
}
