// What a thread needs to run experiments: plain data, so that workers anywhere can be handed it.
import { readFileSync } from "node:fs";
import type { CampaignMode } from "../api/campaign.ts";
import type { Config } from "../api/config.ts";
import type { Experiment, ExperimentResult } from "../api/experiment.ts";
import { loadRegistry } from "../plugin-host/load-registry.ts";
import { AgainstGolden } from "./against-golden.ts";
import { runFullExperiment } from "./full-experiment.ts";
import { GoldenOutputs } from "./golden-outputs.ts";
import type { GoldenRun } from "./golden-run.ts";

export interface ExperimentSetup {
  readonly mode: CampaignMode;
  /** Without faults. */
  readonly config: Config;
  readonly golden: GoldenRun;
  readonly hangFactor: number;
  /** Experiments strike no earlier. */
  readonly fromStep: number;
  /** From power-on to the end, or to where a difference is noticed: for measuring what shortcuts are worth. */
  readonly isWithoutShortcuts?: boolean;
}

/** Runs experiments one after the other, each the same whatever ran before it. */
export interface ExperimentRunner {
  /** @returns results in the order of the experiments */
  run(experiments: readonly Experiment[]): Promise<readonly ExperimentResult[]>;
}

export async function openExperimentRunner(setup: ExperimentSetup): Promise<ExperimentRunner> {
  const { config, golden, hangFactor, fromStep } = setup;
  const registry = await loadRegistry(config);
  const outputs = GoldenOutputs.read(readFileSync(golden.outputs, "utf8"));
  if (setup.mode === "against-golden") return new AgainstGolden(setup, registry, outputs);
  const parts = { config, registry, facts: golden.facts, outputs, hangFactor, fromStep };
  return {
    async run(experiments) {
      const results: ExperimentResult[] = [];
      for (const experiment of experiments) {
        results.push(await runFullExperiment(experiment, parts));
      }
      return results;
    },
  };
}
