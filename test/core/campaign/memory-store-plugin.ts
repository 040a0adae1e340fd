// A plugin with a result store in memory: for tests of what runs campaigns, without a database.
import { setTimeout as delay } from "node:timers/promises";
import {
  API_VERSION,
  type Batch,
  type CampaignRecord,
  type Experiment,
  type ExperimentResult,
  type Plugin,
  type ResultStore,
  type ResultStoreProvider,
  type StoredResult,
  type VariantRecord,
} from "../../../core/index.ts";

interface KeptVariant {
  record: VariantRecord;
  readonly experiments: Map<number, Experiment>;
  readonly results: Map<number, ExperimentResult>;
  readonly waiting: Batch[];
}

class MemoryStore implements ResultStore {
  readonly campaign: CampaignRecord;
  readonly #variants: Map<string, KeptVariant> = new Map();
  #isPlanned = false;

  constructor(campaign: CampaignRecord) {
    this.campaign = campaign;
  }

  async plan(record: VariantRecord, batches: readonly (readonly Experiment[])[]): Promise<void> {
    const kept: KeptVariant = this.#variants.get(record.name) ?? {
      record,
      experiments: new Map(),
      results: new Map(),
      waiting: [],
    };
    this.#variants.set(record.name, kept);
    this.#isPlanned = false;
    for (const experiments of batches) {
      for (const experiment of experiments) kept.experiments.set(experiment.index, experiment);
      const id = `${record.name}/${experiments[0]!.index}`;
      kept.waiting.push({ id, attempt: 0, variant: record.name, experiments });
    }
  }

  async finishPlan(): Promise<void> {
    this.#isPlanned = true;
  }

  async checkVariant(): Promise<void> {}

  async variants(): Promise<readonly VariantRecord[]> {
    return [...this.#variants.values()].map(({ record }) => record);
  }

  async takeBatch(variant: string): Promise<Batch | undefined> {
    await delay(0);
    return this.#variants.get(variant)?.waiting.shift();
  }

  async complete({ variant }: Batch, results: readonly ExperimentResult[]): Promise<void> {
    for (const result of results) this.#variants.get(variant)!.results.set(result.index, result);
  }

  async release(batch: Batch): Promise<void> {
    this.#variants.get(batch.variant)!.waiting.push(batch);
  }

  async progress(variant?: string): ReturnType<ResultStore["progress"]> {
    const all = [...this.#variants]
      .filter(([name]) => variant === undefined || name === variant)
      .map(([, kept]) => kept);
    return {
      planned: all.reduce((sum, { experiments }) => sum + experiments.size, 0),
      done: all.reduce((sum, { results }) => sum + results.size, 0),
      isPlanned: this.#isPlanned,
    };
  }

  async *results(variant?: string): AsyncGenerator<StoredResult> {
    for (const [name, { experiments, results }] of this.#variants) {
      if (variant !== undefined && variant !== name) continue;
      for (const [index, experiment] of [...experiments].toSorted(([a], [b]) => a - b)) {
        const result = results.get(index);
        if (result !== undefined) yield { ...result, variant: name, experiment };
      }
    }
  }

  async experiment(variant: string, index: number): ReturnType<ResultStore["experiment"]> {
    const kept = this.#variants.get(variant);
    const experiment = kept?.experiments.get(index);
    const result = kept?.results.get(index);
    if (experiment === undefined) return undefined;
    return { experiment, ...(result === undefined ? {} : { result }) };
  }

  async close(): Promise<void> {}
}

const memory: ResultStoreProvider = {
  kind: "result-store",
  name: "memory",
  summary: "In memory, for tests",
  isShared: false,
  schema: { type: "object", additionalProperties: false, properties: {} },
  open: async (_options, { campaign }) => new MemoryStore(campaign),
};

/** By directory. */
const shared = new Map<string, MemoryStore>();

/** Whoever opens the campaign has the same store, for as long as the process lives. */
const sharedMemory: ResultStoreProvider = {
  ...memory,
  name: "shared-memory",
  isShared: true,
  open: async (_options, { campaign, directory }) => {
    const store = shared.get(directory) ?? new MemoryStore(campaign);
    shared.set(directory, store);
    return store;
  },
};

const plugin: Plugin = {
  name: "memory-store",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [memory, sharedMemory]) registry.register(provider);
  },
};
export default plugin;
