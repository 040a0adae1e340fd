// A campaign, from its config to the results: the pipeline, step by step.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { CampaignConfig } from "../api/campaign.ts";
import type { Experiment, ExperimentResult } from "../api/experiment.ts";
import type { SamplingPlan } from "../api/fault-sampling.ts";
import type { StoredResult } from "../api/result-store.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { planFactsOf } from "../statistics/plan-facts.ts";
import { type CampaignSummary, summarise } from "../statistics/summary.ts";
import { ExperimentPool } from "./experiment-pool.ts";
import { faultSpaceOf } from "./fault-space.ts";
import { type GoldenFacts, goldenRunOf, withoutFaults } from "./golden-run.ts";
import { samplingPlanOf } from "./sampling-plan.ts";
import { ONLY_VARIANT } from "./variants.ts";

export interface CampaignOptions {
  /** Name of the variant; default: that of a campaign without variants. */
  readonly variant?: string;
  readonly signal?: AbortSignal;
  readonly log?: (message: string) => void;
  readonly onProgress?: (done: number, planned: number) => void;
}

export interface CampaignOutcome {
  readonly variant: string;
  readonly golden: GoldenFacts;
  readonly plan: SamplingPlan;
  /** By index. */
  readonly results: readonly StoredResult[];
  readonly summary: CampaignSummary;
}

/** So many that a thread seldom asks, so few that the last batches end together. */
const BATCH_EXPERIMENTS = 32;

/** @param loaded of a config with a section `campaign` */
export async function runCampaign(
  loaded: LoadedConfig,
  { variant = ONLY_VARIANT, signal, log, onProgress }: CampaignOptions = {},
): Promise<CampaignOutcome> {
  const campaign = loaded.config.campaign as CampaignConfig;
  const directory = join(campaign.directory, "golden", variant);
  const golden = await goldenRunOf(loaded, { directory, signal, log });
  const space = faultSpaceOf(loaded, { ...golden.facts, recording: golden.recording });
  const plan = samplingPlanOf(loaded, space);
  const { mode, hangFactor, workers = availableParallelism() } = campaign;
  const setup = { mode, config: withoutFaults(loaded.config), golden, hangFactor };
  const pool = await ExperimentPool.open(setup, workers);
  try {
    const executed = await executePlan(plan.experiments, pool, { signal, onProgress });
    const results = stored(plan, executed, variant);
    const summary = summarise(planFactsOf(space, plan), results, { variant, ...campaign });
    return { variant, golden: golden.facts, plan, results, summary };
  } finally {
    await pool.close();
  }
}

interface Execution {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: CampaignOptions["onProgress"];
}

async function executePlan(
  experiments: readonly Experiment[],
  pool: ExperimentPool,
  { signal, onProgress }: Execution,
): Promise<readonly ExperimentResult[]> {
  // Neighbours in time fork from the same states.
  const inTime = experiments.toSorted((a, b) => a.fault.at - b.fault.at || a.index - b.index);
  const results: ExperimentResult[] = [];
  let next = 0;
  const takeBatches = async (): Promise<void> => {
    while (next < inTime.length) {
      if (signal?.aborted === true) return;
      const batch = inTime.slice(next, next + BATCH_EXPERIMENTS);
      next += batch.length;
      results.push(...(await pool.run(batch)));
      onProgress?.(results.length, inTime.length);
    }
  };
  await Promise.all(Array.from({ length: pool.workers }, takeBatches));
  return results.toSorted((a, b) => a.index - b.index);
}

function stored(
  { experiments }: SamplingPlan,
  results: readonly ExperimentResult[],
  variant: string,
): readonly StoredResult[] {
  const byIndex = new Map(experiments.map((experiment) => [experiment.index, experiment]));
  return results.flatMap((result) => {
    const experiment = byIndex.get(result.index);
    return experiment === undefined ? [] : [{ ...result, variant, experiment }];
  });
}
