// A worker of a campaign that somebody else began: takes batches of all of its variants until there are no more.
import { setTimeout as delay } from "node:timers/promises";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { ResultStore } from "../api/result-store.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { variantDefinition } from "./campaign-definition.ts";
import { openCampaignStore, requireShared } from "./campaign-store.ts";
import { openPool } from "./run-campaign.ts";
import { sharedGoldenRun } from "./shared-golden-run.ts";
import { workOnBatches } from "./work-on-batches.ts";

const POLL_MS = 1000;

export interface WorkerOptions {
  readonly signal?: AbortSignal;
  readonly log?: (message: string) => void;
  readonly onProgress?: (done: number, planned: number) => void;
}

/**
 * Waits for the campaign where it has not begun yet.
 * @param variants of the config, by name
 * @throws XV_ERR_CAMPAIGN_STORE_ALONE, XV_ERR_CAMPAIGN_CHANGED where config, software or the run without faults differ
 */
export async function workForCampaign(
  variants: ReadonlyMap<string, LoadedConfig>,
  options: WorkerOptions = {},
): Promise<void> {
  const { signal, log } = options;
  const [loaded] = variants.values();
  if (loaded === undefined) return;
  requireShared(loaded);
  const store = await join(loaded, options);
  if (store === undefined) return;
  try {
    const finished = new Set<string>();
    for (;;) {
      if (signal?.aborted === true) return;
      const planned = await store.variants();
      const next = planned.find(({ name }) => variants.has(name) && !finished.has(name));
      if (next !== undefined) {
        await workOnVariant(next.name, variants.get(next.name)!, store, options);
        finished.add(next.name);
      } else if ((await store.progress()).isPlanned) return;
      else await pause(signal);
    }
  } finally {
    await store.close();
    log?.("this worker is done");
  }
}

async function join(
  loaded: LoadedConfig,
  { signal, log }: WorkerOptions,
): Promise<ResultStore | undefined> {
  for (let isFirst = true; ; isFirst = false) {
    if (signal?.aborted === true) return undefined;
    try {
      return await openCampaignStore(loaded, "join", log);
    } catch (error) {
      const isEarly = error instanceof ExtravirtError && error.code === "XV_ERR_CAMPAIGN_UNKNOWN";
      if (!isEarly) throw error;
      if (isFirst) log?.("waiting for the campaign to begin");
    }
    await pause(signal);
  }
}

async function workOnVariant(
  variant: string,
  loaded: LoadedConfig,
  store: ResultStore,
  { signal, log, onProgress }: WorkerOptions,
): Promise<void> {
  const golden = await sharedGoldenRun(loaded, variant, { signal, log });
  await store.checkVariant(variant, variantDefinition(loaded.config, golden.facts));
  const pool = await openPool(loaded, golden);
  try {
    await workOnBatches({
      store,
      variant,
      pool,
      signal,
      onProgress: ({ done, planned }) => onProgress?.(done, planned),
    });
  } finally {
    await pool.close();
  }
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await delay(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {});
}
