// A campaign, from its config to the results: the pipeline, step by step.
import { availableParallelism } from "node:os";
import type { Experiment } from "../api/experiment.ts";
import type { SamplingPlan } from "../api/fault-sampling.ts";
import type { ResultStore, StoredResult, VariantRecord } from "../api/result-store.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { planFactsOf, type PlanFacts } from "../statistics/plan-facts.ts";
import { type CampaignSummary, summarise } from "../statistics/summary.ts";
import { variantDefinition } from "./campaign-definition.ts";
import { openCampaignStore } from "./campaign-store.ts";
import { ExperimentPool } from "./experiment-pool.ts";
import type { ExperimentSetup } from "./experiment-setup.ts";
import { faultSpaceOf } from "./fault-space.ts";
import { type GoldenFacts, type GoldenRun, withoutFaults } from "./golden-run.ts";
import { checkLoneFaults } from "./lone-fault.ts";
import { samplingPlanOf } from "./sampling-plan.ts";
import { sharedGoldenRun } from "./shared-golden-run.ts";
import { ONLY_VARIANT } from "./variants.ts";
import { workOnBatches } from "./work-on-batches.ts";

export interface CampaignOptions {
  /** Name of the variant; default: that of a campaign without variants. */
  readonly variant?: string;
  /** Opened by the caller, who plans several variants into it, says when the plan is finished, and closes it. */
  readonly store?: ResultStore;
  /** Forgets what is kept of the campaign; with a store of its own only. */
  readonly isFresh?: boolean;
  readonly signal?: AbortSignal;
  readonly log?: (message: string) => void;
  /** What was done in earlier runs and by workers elsewhere counts, too. */
  readonly onProgress?: (done: number, planned: number) => void;
}

export interface CampaignOutcome {
  readonly variant: string;
  readonly golden: GoldenFacts;
  readonly plan: SamplingPlan;
  /** By index. */
  readonly results: readonly StoredResult[];
  readonly summary: CampaignSummary;
  /** False where it was interrupted. */
  readonly isComplete: boolean;
}

/** @param loaded of a config with a section `campaign` */
export async function runCampaign(
  loaded: LoadedConfig,
  options: CampaignOptions = {},
): Promise<CampaignOutcome> {
  if (loaded.config.campaign?.mode === "against-golden") checkLoneFaults(loaded);
  if (options.store !== undefined) return runVariant(loaded, options.store, options);
  const mode = options.isFresh === true ? "begin-anew" : "begin";
  const store = await openCampaignStore(loaded, mode, options.log);
  try {
    return await runVariant(loaded, store, options);
  } finally {
    await store.close();
  }
}

async function runVariant(
  loaded: LoadedConfig,
  store: ResultStore,
  { variant = ONLY_VARIANT, signal, log, onProgress, ...options }: CampaignOptions,
): Promise<CampaignOutcome> {
  const golden = await sharedGoldenRun(loaded, variant, { signal, log });
  const { facts } = golden;
  const space = faultSpaceOf(loaded, { ...facts, recording: golden.recording });
  const plan = samplingPlanOf(loaded, space);
  const planFacts = planFactsOf(space, plan);
  await store.plan(
    recordOf(loaded, variant, facts, planFacts),
    batchesOf(plan.experiments, stepsPerExperiment(loaded, facts)),
  );
  if (options.store === undefined) await store.finishPlan();
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
  const results = await plannedResults(store, variant, plan);
  const isComplete = results.length === plan.experiments.length;
  const summary = summarise(planFacts, results, { variant, ...loaded.config.campaign! });
  return { variant, golden: facts, plan, results, summary, isComplete };
}

/** Threads that run experiments of a variant. */
export function openPool(loaded: LoadedConfig, golden: GoldenRun): Promise<ExperimentPool> {
  const { workers = availableParallelism() } = loaded.config.campaign!;
  return ExperimentPool.open(setupOf(loaded, golden), workers);
}

export function setupOf({ config }: LoadedConfig, golden: GoldenRun): ExperimentSetup {
  const { mode, hangFactor, fromStep } = config.campaign!;
  return { mode, config: withoutFaults(config), golden, hangFactor, fromStep };
}

function recordOf(
  { config }: LoadedConfig,
  variant: string,
  golden: GoldenFacts,
  plan: PlanFacts,
): VariantRecord {
  const { steps, epochs, stop } = golden;
  const definition = variantDefinition(config, golden);
  return { name: variant, definition, facts: { golden: { steps, epochs, stop }, plan } };
}

/** Steps that the guests of a batch execute at most, with runs from power-on. */
const BATCH_STEPS = 2_000_000_000;
const LEAST_BATCH = 8;
/** So many that the last ones end together. */
const LEAST_BATCHES = 16;
/** Taking a batch and keeping its results costs tens of milliseconds. */
const LARGEST_BATCH = 128;

/** Those that fork from states of the run without faults seldom take more than some epochs. */
const FORKED_STEPS = 10_000_000;

const stepsPerExperiment = ({ config }: LoadedConfig, { steps }: GoldenFacts): number =>
  config.campaign?.mode === "full" ? steps : Math.min(steps, FORKED_STEPS);

/** Neighbours in time fork from the same states, so they go together. */
function batchesOf(experiments: readonly Experiment[], steps: number): Experiment[][] {
  const inTime = experiments.toSorted((a, b) => a.fault.at - b.fault.at || a.index - b.index);
  const wanted = Math.min(BATCH_STEPS / Math.max(steps, 1), experiments.length / LEAST_BATCHES);
  const size = Math.min(Math.max(Math.ceil(wanted), LEAST_BATCH), LARGEST_BATCH);
  return [...Map.groupBy(inTime, (_, place) => Math.floor(place / size)).values()];
}

/** Results of this plan; a longer one may have left more. */
async function plannedResults(
  store: ResultStore,
  variant: string,
  { experiments }: SamplingPlan,
): Promise<readonly StoredResult[]> {
  const results: StoredResult[] = [];
  for await (const result of store.results(variant)) {
    if (result.index < experiments.length) results.push(result);
  }
  return results;
}
