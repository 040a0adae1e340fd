// A comparison from variants to its data: the campaign of each variant, then what each of them costs, side by side.
import type { SamplingPlan } from "../api/fault-sampling.ts";
import type { FaultConfig } from "../api/config.ts";
import { MeasurementStopped } from "../measurement/measured-process.ts";
import { measureVariants, type VariantCosts } from "../measurement/variant-costs.ts";
import type { CampaignSummary } from "../statistics/summary.ts";
import type { ResultStore } from "../api/result-store.ts";
import { openCampaignStore } from "./campaign-store.ts";
import type { GoldenFacts } from "./golden-run.ts";
import { withoutFaults } from "./machine-definition.ts";
import { type PairedFailures, pairedFailures, type TriedFaults } from "./paired-faults.ts";
import { runCampaign } from "./run-campaign.ts";
import { figuresOf, type VariantFigures } from "./variant-figures.ts";
import type { LoadedVariant } from "./variants.ts";

export interface ComparedVariant extends LoadedVariant {
  readonly golden: GoldenFacts;
  readonly plan: SamplingPlan;
  readonly summary: CampaignSummary;
  readonly figures: VariantFigures;
  /** Absent for the first one. */
  readonly paired?: PairedFailures;
  /** Absent where none were measured. */
  readonly costs?: VariantCosts;
}

export interface CompareOptions {
  /** Runs of each variant for its costs; 0 for no costs. */
  readonly runs: number;
  /** Forgets what is kept of earlier comparisons. */
  readonly isFresh?: boolean;
  readonly signal?: AbortSignal;
  readonly log?: (message: string) => void;
  /** Experiments of one variant. */
  readonly onProgress?: (variant: string, done: number, planned: number) => void;
}

/**
 * @param variants of configs with a section `campaign`
 * @throws MeasurementStopped where `signal` ends it
 */
export async function compareVariants(
  variants: readonly LoadedVariant[],
  options: CompareOptions,
): Promise<readonly ComparedVariant[]> {
  const [first] = variants;
  if (first === undefined) return [];
  const { runs, signal, log } = options;
  const mode = options.isFresh === true ? "begin-anew" : "begin";
  const store = await openCampaignStore(first.loaded, mode, log);
  let compared: readonly ComparedVariant[];
  try {
    compared = await runCampaigns(variants, store, options);
    await store.finishPlan();
  } finally {
    await store.close();
  }
  if (runs === 0) return compared;
  const costs = await measureVariants(
    compared.map(({ name, loaded, figures }) => ({
      name,
      config: withoutFaults(loaded.config),
      fault: faultToTime(figures),
    })),
    { runs, signal, ...(log !== undefined && { note: log }) },
  );
  return compared.map((variant) => ({ ...variant, costs: costs.get(variant.name)! }));
}

async function runCampaigns(
  variants: readonly LoadedVariant[],
  store: ResultStore,
  { signal, log, onProgress }: CompareOptions,
): Promise<readonly ComparedVariant[]> {
  const compared: ComparedVariant[] = [];
  let first: TriedFaults | undefined;
  for (const variant of variants) {
    const { name, loaded } = variant;
    const { golden, plan, facts, results, summary, isComplete } = await runCampaign(loaded, {
      variant: name,
      store,
      ...(signal !== undefined && { signal }),
      ...(log !== undefined && { log: (message) => log(`${name}: ${message}`) }),
      onProgress: (done, planned) => onProgress?.(name, done, planned),
    });
    if (!isComplete || signal?.aborted === true) throw new MeasurementStopped();
    const figures = figuresOf(plan, results);
    const own = { ...variant, golden, plan, summary, figures };
    const experiments = results.map(({ experiment }) => experiment);
    const tried: TriedFaults = { facts, experiments, figures };
    compared.push(first === undefined ? own : { ...own, paired: pairedFailures(first, tried) });
    first ??= tried;
  }
  return compared;
}

/** @returns undefined where nothing was recovered from */
const faultToTime = ({ recovered }: VariantFigures): FaultConfig | undefined =>
  recovered?.experiment.fault;
