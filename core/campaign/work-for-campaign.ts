// A worker of a campaign that somebody else began: takes batches of all of its variants until there are no more.
import { setTimeout as delay } from "node:timers/promises";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { ResultStore } from "../api/result-store.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { variantDefinition } from "./campaign-definition.ts";
import { openCampaignStore, requireShared } from "./campaign-store.ts";
import type { ExperimentPool } from "./experiment-pool.ts";
import { openPool } from "./run-campaign.ts";
import { requireKeptMachine } from "./kept-definition.ts";
import { sharedGoldenRun } from "./shared-golden-run.ts";
import { workOnBatches } from "./work-on-batches.ts";

const POLL_MS = 1000;

export interface WorkerOptions {
  readonly signal?: AbortSignal;
  readonly log?: (message: string) => void;
  readonly onProgress?: (done: number, planned: number) => void;
}

/** Its threads stay from one look at what is planned to the next. */
interface OpenVariant {
  readonly name: string;
  readonly pool: ExperimentPool;
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
  let open: OpenVariant | undefined;
  try {
    for (;;) {
      if (signal?.aborted === true) return;
      // Asked first: what is planned after this look is planned after all that was found finished.
      const { isPlanned } = await store.progress();
      const next = await unfinishedVariant(store, variants);
      if (next === undefined) {
        if (isPlanned) return;
        await pause(signal);
        continue;
      }
      if (open?.name !== next) {
        await open?.pool.close();
        open = undefined;
        open = await openVariant(next, variants.get(next)!, store, options);
      }
      await workOnVariant(open, store, options);
    }
  } finally {
    await open?.pool.close();
    await store.close();
    log?.("this worker is done");
  }
}

/** @returns the first with experiments that have no result: a campaign plans more as long as it is not precise enough */
async function unfinishedVariant(
  store: ResultStore,
  variants: ReadonlyMap<string, LoadedConfig>,
): Promise<string | undefined> {
  for (const { name } of await store.variants()) {
    if (!variants.has(name)) continue;
    const { done, planned } = await store.progress(name);
    if (done < planned) return name;
  }
  return undefined;
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

async function openVariant(
  name: string,
  loaded: LoadedConfig,
  store: ResultStore,
  { signal, log }: WorkerOptions,
): Promise<OpenVariant> {
  await requireKeptMachine(name, loaded, store);
  const golden = await sharedGoldenRun(loaded, name, { signal, log });
  await store.checkVariant(name, variantDefinition(loaded.config, golden.facts));
  return { name, pool: await openPool(loaded, golden) };
}

async function workOnVariant(
  { name, pool }: OpenVariant,
  store: ResultStore,
  { signal, onProgress }: WorkerOptions,
): Promise<void> {
  await workOnBatches({
    store,
    variant: name,
    pool,
    signal,
    onProgress: ({ done, planned }) => onProgress?.(done, planned),
  });
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await delay(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {});
}
