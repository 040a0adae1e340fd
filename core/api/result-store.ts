// Result stores: where a campaign's plan and results are kept, and how its workers get their work.
import type { Experiment, ExperimentResult } from "./experiment.ts";
import type { Provider } from "./provider.ts";

/** What makes a campaign or a variant the same one: JSON, for people and to tell what changed. */
export type Definition = Readonly<Record<string, unknown>>;

/** A store refuses to go on with a campaign of another definition, unless nothing was planned of it. */
export interface CampaignRecord {
  /** Unique in the store: `campaign.name`, or the name of the directory. */
  readonly name: string;
  /** Where it was begun, host and directory: tells campaigns of the same name apart. */
  readonly origin?: string;
  /** What holds for all variants: seed, sampling, software. */
  readonly definition: Definition;
}

/** One of the variants, as it was planned. */
export interface VariantRecord {
  readonly name: string;
  /** The machine, and what its run without faults does: a worker whose own run differs must not take part. */
  readonly definition: Definition;
  /** What summary and report need beside the results; JSON. The store does not look into it. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Experiments of one variant that one worker runs together. */
export interface Batch {
  readonly id: string;
  /** How often it was taken before: its workers died, or gave it back. */
  readonly attempt: number;
  readonly variant: string;
  /** Those without a result, in the order in which they were planned. */
  readonly experiments: readonly Experiment[];
}

export interface StoredResult extends ExperimentResult {
  readonly variant: string;
  readonly experiment: Experiment;
}

export interface CampaignProgress {
  readonly planned: number;
  readonly done: number;
  /** Nothing more is going to be planned. */
  readonly isPlanned: boolean;
}

/**
 * begin       goes on with the campaign, or begins it; its plan is not finished from then on
 * begin-anew  forgets its results and begins it; refused for what was begun elsewhere
 * join        a worker: goes on with a campaign that somebody else began
 * read        only reads, whatever the definition
 */
export type StoreMode = "begin" | "begin-anew" | "join" | "read";

export interface StoreRequest {
  readonly mode: StoreMode;
  readonly campaign: CampaignRecord;
  /** Of the campaign. */
  readonly directory: string;
  /** Told of what takes time: "the database does not answer, trying again". */
  readonly notify?: (message: string) => void;
}

/** One campaign, opened. Nothing in it is ever counted twice: results are keyed by variant and index. */
export interface ResultStore {
  /** As it is kept. */
  readonly campaign: CampaignRecord;
  /**
   * Adds experiments to the plan, and those batches to the queue in which one has no result. What is there already
   * stays as it is; may be called again with more, and the plan is not finished from then on.
   * @throws XV_ERR_CAMPAIGN_CHANGED where the variant is there with another definition
   */
  plan(variant: VariantRecord, batches: readonly (readonly Experiment[])[]): Promise<void>;
  /** Nothing more is going to be planned: workers may end once everything is done. */
  finishPlan(): Promise<void>;
  /** @throws XV_ERR_CAMPAIGN_CHANGED where the variant was planned with another definition */
  checkVariant(name: string, definition: Definition): Promise<void>;
  /** In the order in which they were planned. */
  variants(): Promise<readonly VariantRecord[]>;
  /**
   * @param variant that was planned
   * @returns undefined where nothing is left to take just now: done, or in the hands of others
   * @throws XV_ERR_CAMPAIGN_BATCH_FAILED for a batch that ended too many workers
   */
  takeBatch(variant: string): Promise<Batch | undefined>;
  /**
   * Keeps the results and ends the batch, both or neither.
   * @throws XV_ERR_CAMPAIGN_RESULTS_DIFFER where another result of the same experiment is there
   */
  complete(batch: Batch, results: readonly ExperimentResult[]): Promise<void>;
  /** Gives a batch back at once. */
  release(batch: Batch): Promise<void>;
  /** Of one variant, or of all. */
  progress(variant?: string): Promise<CampaignProgress>;
  /** By variant as planned, then by index. */
  results(variant?: string): AsyncIterable<StoredResult>;
  /** @returns undefined where it is not in the plan; its result where it has one */
  experiment(
    variant: string,
    index: number,
  ): Promise<{ experiment: Experiment; result?: ExperimentResult } | undefined>;
  close(): Promise<void>;
}

export interface ResultStoreProvider extends Provider {
  readonly kind: "result-store";
  /** Whether workers of other processes can take batches. */
  readonly isShared: boolean;
  /**
   * @throws XV_ERR_CAMPAIGN_CHANGED for a campaign of this name with another definition, XV_ERR_CAMPAIGN_UNKNOWN for one
   * that nobody began (join, read), an error of area STORE where the database is down, full, read-only, foreign, ...
   */
  open(options: Readonly<Record<string, unknown>>, request: StoreRequest): Promise<ResultStore>;
}
