// Repeats one experiment of a campaign: once as the campaign ran it, for the same result, and once as a whole run that
// leaves a trace of the steps around the fault and a file about each divergence.
import { readFileSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Experiment, ExperimentResult } from "../api/experiment.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { ResultStore } from "../api/result-store.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { openExperimentRunner } from "./experiment-setup.ts";
import { runFullExperiment } from "./full-experiment.ts";
import { GoldenOutputs } from "./golden-outputs.ts";
import type { GoldenRun } from "./golden-run.ts";
import { requireRepeatable } from "./kept-definition.ts";
import { withoutFaults } from "./machine-definition.ts";
import { resultText } from "./result-text.ts";
import { setupOf } from "./run-campaign.ts";
import { sharedGoldenRun } from "./shared-golden-run.ts";

const TRACED_BEFORE = 20;
const TRACED_AFTER = 100;

export interface Rerun {
  readonly variant: string;
  readonly experiment: Experiment;
  /** Absent where the campaign has not come to it yet. */
  readonly kept?: ExperimentResult;
  readonly repeated: ExperimentResult;
  /** Host times aside; undefined where nothing is kept. */
  readonly isSame: boolean | undefined;
  readonly inFull: ExperimentResult;
  /** Traces and incidents. */
  readonly files: readonly string[];
}

/**
 * @param id "variant/index", or the index alone where the campaign has one variant
 * @param variants of the config, by name, the config itself first
 * @throws XV_ERR_CAMPAIGN_EXPERIMENT, XV_ERR_CAMPAIGN_CHANGED
 */
export async function rerunExperiment(
  id: string,
  variants: ReadonlyMap<string, LoadedConfig>,
  store: ResultStore,
  log: (message: string) => void,
): Promise<Rerun> {
  const { variant, index } = await placeOf(id, store);
  const loaded = variants.get(variant);
  const found = await store.experiment(variant, index);
  if (loaded === undefined || found === undefined) throw unknown(id, await planText(store));
  const { experiment, result: kept } = found;
  const requireSameRun = await requireRepeatable(variant, variants, store);
  const golden = await sharedGoldenRun(loaded, variant, { log });
  requireSameRun(golden.facts);
  const runner = await openExperimentRunner(setupOf(loaded, golden));
  const [repeated] = await runner.run([experiment]);
  const directory = join(loaded.config.campaign!.directory, "reruns", `${variant}-${index}`);
  const inFull = await runTraced(experiment, loaded, golden, directory);
  const isSame = kept === undefined ? undefined : resultText(kept) === resultText(repeated!);
  const files = (await readdir(directory)).sort().map((name) => join(directory, name));
  return {
    variant,
    experiment,
    repeated: repeated!,
    isSame,
    inFull,
    files,
    ...(kept === undefined ? {} : { kept }),
  };
}

async function runTraced(
  experiment: Experiment,
  { config, registry }: LoadedConfig,
  { facts, outputs }: GoldenRun,
  directory: string,
): Promise<ExperimentResult> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const { at } = experiment.fault;
  const trace = {
    use: "trace",
    from: Math.max(at - TRACED_BEFORE, 0),
    to: at + TRACED_AFTER,
    file: join(directory, "trace.txt"),
  };
  const kept = withoutFaults(config);
  const { isInstrumentable } = registry.get("platform", config.machine.platform.use);
  const traces = isInstrumentable === true ? [trace] : [];
  return runFullExperiment(experiment, {
    config: {
      ...kept,
      incidents: directory,
      instrumentation: [...(kept.instrumentation ?? []), ...traces],
    },
    registry,
    facts,
    outputs: GoldenOutputs.read(readFileSync(outputs, "utf8")),
    hangFactor: config.campaign!.hangFactor,
    fromStep: config.campaign!.fromStep,
  });
}

async function placeOf(
  id: string,
  store: ResultStore,
): Promise<{ readonly variant: string; readonly index: number }> {
  const [, named, digits] = /^(?:(.+)\/)?(\d{1,9})$/.exec(id) ?? [];
  const [first, ...others] = await store.variants();
  const variant = named ?? (others.length === 0 ? first?.name : undefined);
  if (variant === undefined || digits === undefined) throw unknown(id, await planText(store));
  return { variant, index: Number(digits) };
}

async function planText(store: ResultStore): Promise<string> {
  const parts: string[] = [];
  for (const { name } of await store.variants()) {
    const { planned } = await store.progress(name);
    parts.push(`${name}/0 to ${name}/${planned - 1}`);
  }
  return parts.join(", ");
}

function unknown(id: string, plan: string): ExtravirtError {
  return new ExtravirtError("XV_ERR_CAMPAIGN_EXPERIMENT", "There is no such experiment.", {
    value: id,
    remedy: `Write variant and index; planned are ${plan}.`,
  });
}
