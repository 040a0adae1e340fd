// What a report is made of: the data of a campaign or of a comparison, and what it was made on.
import type { GoldenFacts } from "../campaign/golden-run.ts";
import type { PairedFailures } from "../campaign/paired-faults.ts";
import type { VariantFigures } from "../campaign/variant-figures.ts";
import type { VariantCosts } from "../measurement/variant-costs.ts";
import type { CampaignSummary } from "../statistics/summary.ts";

export interface ReportVariant {
  readonly name: string;
  /** What differs from the config, in words; empty where nothing does. */
  readonly differences: readonly string[];
  /** As `strategiesOf` tells them. */
  readonly strategies: readonly string[];
  readonly golden: Pick<GoldenFacts, "steps" | "epochs" | "replicas" | "stop" | "outputDigest">;
  readonly summary: CampaignSummary;
  readonly figures: VariantFigures;
  /** Against the first variant. */
  readonly paired?: PairedFailures;
  readonly costs?: VariantCosts;
}

export interface ReportInput {
  readonly kind: "campaign" | "comparison";
  /** The config, as the user named it. */
  readonly label: string;
  /** Of the ExtraVirt that writes it, and of the one that ran. */
  readonly version: string;
  readonly ranVersion: string;
  readonly guest: string;
  readonly mode: string;
  readonly seed: number;
  readonly sampling: string;
  readonly variants: readonly ReportVariant[];
  /** To repeat it, one per line: with the config as it was where that has changed. */
  readonly commands: readonly string[];
  /** What the config says otherwise by now, in words. */
  readonly changes: readonly string[];
  /** Of the host that costs were measured on; absent where none were. */
  readonly host?: {
    readonly processor: string;
    readonly cores: number;
    readonly node: string;
    readonly date: string;
  };
}
