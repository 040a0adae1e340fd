// Result stores: where a campaign's plan and results are kept, and how its workers get their work.
import type { Experiment, ExperimentResult } from "./experiment.ts";
import type { Provider } from "./provider.ts";

/** What makes a campaign the same one: a store refuses to go on with a campaign of another digest. */
export interface CampaignRecord {
  /** Unique in the store: the name of the config. */
  readonly name: string;
  /** SHA-256 of the definition: config, guest, seed, version of ExtraVirt. */
  readonly digest: string;
  /** For people and for workers elsewhere: JSON. */
  readonly definition: string;
  readonly variants: readonly string[];
}

/** Experiments of one variant that one worker runs together. */
export interface Batch {
  readonly id: string;
  readonly variant: string;
  readonly experiments: readonly Experiment[];
}

export interface StoredResult extends ExperimentResult {
  readonly variant: string;
  readonly experiment: Experiment;
}

export interface CampaignProgress {
  readonly planned: number;
  readonly done: number;
}

/** One campaign, opened. Nothing in it is ever counted twice: results are keyed by variant and index. */
export interface ResultStore {
  /** Adds experiments to the plan, and batches of them to the queue; those that are there already stay as they are. */
  plan(variant: string, experiments: readonly Experiment[], batchSize: number): Promise<void>;
  /** @returns undefined where nothing is left to take just now */
  takeBatch(): Promise<Batch | undefined>;
  /** Keeps the results and ends the batch, both or neither. */
  complete(batch: Batch, results: readonly ExperimentResult[]): Promise<void>;
  /** Gives a batch back at once. */
  release(batch: Batch): Promise<void>;
  progress(): Promise<CampaignProgress>;
  /** By variant, then by index. */
  results(variant?: string): AsyncIterable<StoredResult>;
  close(): Promise<void>;
}

export interface ResultStoreProvider extends Provider {
  readonly kind: "result-store";
  /** Whether workers of other processes can take batches. */
  readonly isShared: boolean;
  /**
   * Opens the campaign, or begins it.
   * @param directory of the campaign
   * @throws XV_ERR_CAMPAIGN_STORE and others: the database is down, full, foreign, or holds another campaign of that name
   */
  open(
    options: Readonly<Record<string, unknown>>,
    campaign: CampaignRecord,
    directory: string,
  ): Promise<ResultStore>;
}
