// A campaign, from its config to the results: the pipeline, step by step.
import { availableParallelism } from "node:os";
import type { Experiment } from "../api/experiment.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { SamplingPlan } from "../api/fault-sampling.ts";
import type { ResultStore, StoredResult, VariantRecord } from "../api/result-store.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { planFactsOf, type PlanFacts } from "../statistics/plan-facts.ts";
import { StoppingRule } from "../statistics/stopping-rule.ts";
import { type CampaignSummary, summarise } from "../statistics/summary.ts";
import { variantDefinition } from "./campaign-definition.ts";
import { checkFixedSites } from "./check-sites.ts";
import { openCampaignStore } from "./campaign-store.ts";
import { ExperimentPool } from "./experiment-pool.ts";
import type { ExperimentSetup } from "./experiment-setup.ts";
import { faultSpaceOf } from "./fault-space.ts";
import type { GoldenFacts, GoldenRun } from "./golden-run.ts";
import { requireKeptMachine } from "./kept-definition.ts";
import { withoutFaults } from "./machine-definition.ts";
import { checkLoneFaults } from "./lone-fault.ts";
import type { KeptGolden } from "./read-campaign.ts";
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
  readonly facts: PlanFacts;
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
  await requireKeptMachine(variant, loaded, store);
  const golden = await sharedGoldenRun(loaded, variant, { signal, log });
  const { facts } = golden;
  const space = faultSpaceOf(loaded, { ...facts, recording: golden.recording });
  checkFixedSites(loaded, space, golden.recording);
  const plan = samplingPlanOf(loaded, space);
  const rule = stoppingRuleOf(loaded, plan);
  const planFacts: PlanFacts = {
    ...planFactsOf(space, plan),
    ...(rule !== undefined && { looks: rule.looks.length }),
  };
  const record = recordOf(loaded, variant, facts, planFacts);
  const looks = rule?.looks ?? [plan.experiments.length];
  let pool: ExperimentPool | undefined;
  let results: readonly StoredResult[] = [];
  let planned = 0;
  const finish = async (): Promise<void> => {
    if (options.store === undefined) await store.finishPlan();
  };
  const { planned: kept } = await store.progress(variant);
  if (kept > plan.experiments.length) {
    await finish();
    throw shorterPlan(loaded, kept);
  }
  try {
    for (const look of looks) {
      await store.plan(
        record,
        batchesOf(plan.experiments.slice(planned, look), stepsPerExperiment(loaded, facts)),
      );
      planned = look;
      const isLast = look === looks.at(-1);
      if (isLast) await finish();
      const { done, planned: all } = await store.progress(variant);
      if (done < all) {
        pool ??= await openPool(loaded, golden);
        await workOnBatches({
          store,
          variant,
          pool,
          isAlone: !isSharedStore(loaded),
          signal,
          onProgress: (progress) => onProgress?.(progress.done, progress.planned),
        });
      }
      results = await plannedResults(store, variant, planned);
      if (results.length < planned) break;
      if (isLast || rule?.isMet(results) !== true) continue;
      await finish();
      break;
    }
  } finally {
    await pool?.close();
  }
  const isComplete = results.length === planned;
  const summary = summarise(
    { ...planFacts, planned, notes: [...planFacts.notes, ...precisionNotes(rule, results)] },
    results,
    { variant, ...loaded.config.campaign! },
  );
  return { variant, golden: facts, plan, facts: planFacts, results, summary, isComplete };
}

const isSharedStore = ({ config, registry }: LoadedConfig): boolean =>
  registry.get("result-store", config.campaign!.store.use).isShared;

function stoppingRuleOf(
  { config, placeOf }: LoadedConfig,
  plan: SamplingPlan,
): StoppingRule | undefined {
  const { precision } = config.campaign!;
  if (precision === undefined) return undefined;
  return new StoppingRule(plan, precision, placeOf(["campaign", "precision"]));
}

function precisionNotes(
  rule: StoppingRule | undefined,
  results: readonly StoredResult[],
): readonly string[] {
  if (rule === undefined) return [];
  const looks = `looked at after ${rule.looks.join(", ")} experiments`;
  return rule.isMet(results)
    ? [`The share of failures is known as well as was asked for (${looks}).`]
    : [`The share of failures is not known as well as was asked for (${looks}).`];
}

/** What is kept says what a campaign found: a table of less beside it would be another answer to the same question. */
function shorterPlan({ config, placeOf }: LoadedConfig, kept: number): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_CAMPAIGN_SHORTER",
    `This campaign was begun with more experiments: ${kept} are planned.`,
    {
      place: placeOf(["campaign", "experiments"]),
      value: String(config.campaign!.experiments),
      remedy: `Write ${kept} or more, begin anew (--fresh forgets its results), or name another campaign.directory.`,
    },
  );
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
  const { steps, epochs, replicas, stop, outputDigest } = golden;
  const kept: KeptGolden = { steps, epochs, replicas, stop, outputDigest };
  const definition = variantDefinition(config, golden);
  return { name: variant, definition, facts: { golden: kept, plan } };
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

/** Results up to a look; a later one may have left more. */
async function plannedResults(
  store: ResultStore,
  variant: string,
  planned: number,
): Promise<readonly StoredResult[]> {
  const results: StoredResult[] = [];
  for await (const result of store.results(variant)) {
    if (result.index < planned) results.push(result);
  }
  return results;
}
