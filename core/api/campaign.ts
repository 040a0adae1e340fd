// The campaign of a config: what is injected, how often, and where results go.
import type { RegisterAccess } from "./processor.ts";
import type { SlotConfig } from "./provider.ts";

/**
 * full            every experiment is a run of the config as it stands, with all its replicas
 * against-golden  one faulty replica, compared with what was recorded of the run without faults: what replicas without
 *                 faults would have said
 */
export type CampaignMode = "full" | "against-golden";

export interface CampaignModel {
  readonly use: string;
  readonly weight?: number;
  readonly [option: string]: unknown;
}

/** One of the variants that are compared: slots and options that differ from the config. */
export interface CampaignVariant {
  readonly name: string;
  readonly [option: string]: unknown;
}

export interface CampaignConfig {
  /** Tells campaigns that share a store apart; default: the name of the directory, without its ending. */
  readonly name?: string;
  readonly mode: CampaignMode;
  readonly seed: number;
  /** Experiments of each variant; at most, with `precision`. */
  readonly experiments: number;
  /** Ends a campaign once the share of failures is known that well. */
  readonly precision?: { readonly halfWidth: number; readonly confidence: number };
  /** Confidence of intervals and bounds in the report. */
  readonly confidence: number;
  readonly sampling: SlotConfig;
  /** Default: all that strike the machine itself and can be drawn. */
  readonly models?: readonly (string | CampaignModel)[];
  readonly registerGroups?: readonly RegisterAccess["group"][];
  readonly fromStep: number;
  /** Default: the end of the run without faults. */
  readonly untilStep?: number;
  /** A guest hangs that has not ended after so many times the steps of the run without faults. */
  readonly hangFactor: number;
  /** Default: one per core of the host. */
  readonly workers?: number;
  readonly store: SlotConfig;
  /** Where golden runs, the embedded database and reports are; absolute. */
  readonly directory: string;
  /** Raw rate of faults per bit, in FIT per 10^6 bits, for FIT and MTTF of the report. */
  readonly rawFitPerMbit?: number;
  /** Values to combine, by option: "memorySharing" -> ["private", "merge-verified"]. */
  readonly matrix?: Readonly<Record<string, readonly unknown[]>>;
  readonly variants?: readonly CampaignVariant[];
}
