// What is kept of a campaign, read again for a report: every variant that was planned, with the results there are.
import type { ResultStore, StoredResult, VariantRecord } from "../api/result-store.ts";
import type { PlanFacts } from "../statistics/plan-facts.ts";
import { type CampaignSummary, summarise, type SummaryOptions } from "../statistics/summary.ts";
import type { GoldenFacts } from "./golden-run.ts";
import { type PairedFailures, pairedFailures, type TriedFaults } from "./paired-faults.ts";
import { figuresOf, type VariantFigures } from "./variant-figures.ts";

/** Of the run without faults, kept with its variant. */
export type KeptGolden = Pick<
  GoldenFacts,
  "steps" | "epochs" | "replicas" | "stop" | "outputDigest"
>;

export interface KeptVariant {
  readonly name: string;
  readonly definition: VariantRecord["definition"];
  readonly golden: KeptGolden;
  readonly summary: CampaignSummary;
  readonly figures: VariantFigures;
  /** Against the first variant. */
  readonly paired?: PairedFailures;
}

export async function readCampaign(
  store: Pick<ResultStore, "variants" | "results" | "progress">,
  options: Omit<SummaryOptions, "variant">,
): Promise<readonly KeptVariant[]> {
  const kept: KeptVariant[] = [];
  let first: TriedFaults | undefined;
  for (const { name, definition, facts } of await store.variants()) {
    const { golden, plan } = factsOf(facts);
    const results: StoredResult[] = [];
    for await (const result of store.results(name)) results.push(result);
    const { planned } = await store.progress(name);
    const figures = figuresOf(plan, results);
    const experiments = results.map(({ experiment }) => experiment);
    const tried: TriedFaults = { facts: plan, experiments, figures };
    kept.push({
      name,
      definition,
      golden,
      summary: summarise({ ...plan, planned }, results, { ...options, variant: name }),
      figures,
      ...(first !== undefined && { paired: pairedFailures(first, tried) }),
    });
    first ??= tried;
  }
  return kept;
}

/** As `runCampaign` keeps them. */
const factsOf = (facts: VariantRecord["facts"]): { golden: KeptGolden; plan: PlanFacts } =>
  facts as unknown as { golden: KeptGolden; plan: PlanFacts };
