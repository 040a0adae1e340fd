// Takes batches of a variant from the store, runs them on a pool of threads, and hands results back, until nothing is
// left: neither here nor in the hands of workers elsewhere.
import { setTimeout as delay } from "node:timers/promises";
import type { Batch, CampaignProgress, ResultStore } from "../api/result-store.ts";
import type { ExperimentPool } from "./experiment-pool.ts";

/** Milliseconds between two looks for batches that others gave up. */
const IDLE_MS = 1000;
const PROGRESS_MS = 1000;

export interface BatchWork {
  readonly store: ResultStore;
  readonly variant: string;
  readonly pool: ExperimentPool;
  /** Nobody else has batches in hand: what can't be taken is nobody's. */
  readonly isAlone?: boolean;
  readonly signal: AbortSignal | undefined;
  /** Of the variant; what others did counts, too. */
  readonly onProgress: ((progress: CampaignProgress) => void) | undefined;
}

/** Ends early, batches in hand given back, once the signal came. */
export async function workOnBatches(work: BatchWork): Promise<void> {
  const over = new AbortController();
  const signals = work.signal === undefined ? [] : [work.signal];
  const signal = AbortSignal.any([over.signal, ...signals]);
  const tell = reporter(work, () => over.abort());
  const takeBatches = async (): Promise<void> => {
    try {
      while (!signal.aborted) {
        const batch = await work.store.takeBatch(work.variant);
        if (batch === undefined) {
          await tell("now");
          if (work.isAlone === true) return;
          await delay(IDLE_MS, undefined, { signal }).catch(() => {});
        } else if (await runBatch(batch, work, signal)) await tell("sometimes");
      }
    } catch (error) {
      over.abort();
      throw error;
    }
  };
  // One more than threads: while results are kept and the next batch is taken, all threads have work.
  const takers = Array.from({ length: work.pool.workers + 1 }, takeBatches);
  const ends = await Promise.allSettled(takers);
  const failure = ends.find((end) => end.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}

/** @returns false where the signal came first */
async function runBatch(
  batch: Batch,
  { store, pool }: BatchWork,
  signal: AbortSignal,
): Promise<boolean> {
  const stopped = Promise.withResolvers<undefined>();
  const stop = (): void => stopped.resolve(undefined);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  try {
    const run = pool.run(batch.experiments);
    // Whoever ends the pool meanwhile makes it fail.
    run.catch(() => {});
    const results = await Promise.race([run, stopped.promise]);
    if (results !== undefined) await store.complete(batch, results);
    else await store.release(batch);
    return results !== undefined;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function reporter(
  { store, variant, onProgress }: BatchWork,
  finish: () => void,
): (when: "now" | "sometimes") => Promise<void> {
  let lookedMs = Number.NEGATIVE_INFINITY;
  return async (when) => {
    if (when === "sometimes" && performance.now() - lookedMs < PROGRESS_MS) return;
    lookedMs = performance.now();
    const progress = await store.progress(variant);
    onProgress?.(progress);
    if (progress.done >= progress.planned) finish();
  };
}
