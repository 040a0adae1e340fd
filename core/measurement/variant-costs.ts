// What variants of a config cost, side by side: runs in fresh processes that take turns (A B C A B C ...), so that a host
// whose speed drifts disturbs all of them alike, and medians over them.
import type { Config, FaultConfig } from "../api/config.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { framesInUse, type MemorySample } from "../coordinator/frame-accounts.ts";
import { measureInProcess } from "./measured-process.ts";
import { median, quantile } from "./quantile.ts";
import type { RunCosts, RunEvent } from "./run-costs.ts";

export interface CostedVariant {
  readonly name: string;
  /** Without faults; its console goes nowhere. */
  readonly config: Config;
  /** The fault from which a recovery is measured; undefined for none. */
  readonly fault?: FaultConfig | undefined;
}

/** Medians over runs, but where it says otherwise. Plain data. */
export interface VariantCosts {
  readonly runs: number;
  /** From the first epoch agreed on to the last. */
  readonly wallMs: number;
  /** Each run, in the order measured. */
  readonly wallSamplesMs: readonly number[];
  readonly cpuMs?: number;
  readonly startMs: number;
  /** 4 KiB frames in use after the last checkpoint; at the end where there was none. */
  readonly framesAtRest: number;
  readonly peakFrames: number;
  /** Of one run: frames by owner over the steps of the guest. They are the same in every run but for timing. */
  readonly memory: readonly MemorySample[];
  /** Of one run. */
  readonly checkpoints: number;
  readonly pauseMs?: number;
  /** From an output's emission to its release, over all runs. */
  readonly outputDelay?: {
    readonly medianMs: number;
    readonly p95Ms: number;
    readonly mostMs: number;
  };
  /** From the divergence until the replicas go on; absent where nothing was recovered. */
  readonly recoveryMs?: number;
  readonly replayedSteps?: number;
  /** What happened around the fault of one run. */
  readonly timeline: readonly RunEvent[];
}

export interface CostOptions {
  /** Runs of each variant. */
  readonly runs: number;
  readonly signal?: AbortSignal | undefined;
  /** Told before each run: "solo, run 2 of 3". */
  readonly note?: (text: string) => void;
  /** Default: a fresh process. */
  readonly measure?: (config: Config, signal?: AbortSignal) => Promise<RunCosts>;
}

/** @returns by name. @throws XV_ERR_MEASUREMENT when a run without faults does not end as the others do */
export async function measureVariants(
  variants: readonly CostedVariant[],
  { runs, signal, note = () => {}, measure = measureInProcess }: CostOptions,
): Promise<ReadonlyMap<string, VariantCosts>> {
  const clean = new Map<string, RunCosts[]>();
  const struck = new Map<string, RunCosts[]>();
  for (let run = 1; run <= runs; run++) {
    for (const { name, config, fault } of variants) {
      note(`${name}, run ${run} of ${runs}`);
      const costs = await measure(config, signal);
      requireEnded(name, costs);
      add(clean, name, costs);
      if (fault === undefined) continue;
      note(`${name} with a fault, run ${run} of ${runs}`);
      const limits = { steps: costs.steps * STRUCK_STEPS };
      add(struck, name, await measure({ ...config, faults: [fault], limits }, signal));
    }
  }
  return new Map(
    variants.map(({ name }) => [name, summaryOf(clean.get(name) ?? [], struck.get(name) ?? [])]),
  );
}

/** A guest that a fault drives astray ends nevertheless: after so many times what it takes. */
const STRUCK_STEPS = 2;

function add(runs: Map<string, RunCosts[]>, name: string, costs: RunCosts): void {
  const known = runs.get(name);
  if (known === undefined) runs.set(name, [costs]);
  else known.push(costs);
}

function requireEnded(name: string, { stop }: RunCosts): void {
  if (stop.reason !== "diverged" && stop.reason !== "guest-failure") return;
  throw new ExtravirtError(
    "XV_ERR_MEASUREMENT",
    "A run without faults did not end as it should, so that its costs mean nothing.",
    {
      place: `variant ${name}`,
      value: `${stop.reason}${stop.detail === undefined ? "" : `: ${stop.detail}`}`,
      remedy: "Have this variant run to its end with `extravirt run` first.",
    },
  );
}

function summaryOf(clean: readonly RunCosts[], struck: readonly RunCosts[]): VariantCosts {
  const last = clean.at(-1);
  if (last === undefined) throw new RangeError("no run was measured");
  const wallSamplesMs = clean.map(({ wallMs }) => wallMs);
  const cpu = clean.flatMap(({ cpuMs }) => (cpuMs === undefined ? [] : [cpuMs]));
  const pauses = clean.flatMap(({ checkpointPausesMs }) => checkpointPausesMs);
  const delays = clean.flatMap(({ outputDelaysMs }) => outputDelaysMs);
  const recoveries = struck.flatMap((costs) => costs.recoveries);
  const replayed = recoveries.flatMap(({ replayedSteps }) =>
    replayedSteps === undefined ? [] : [replayedSteps],
  );
  const atRest = last.memory.at(-1);
  return {
    runs: clean.length,
    wallMs: median(wallSamplesMs),
    wallSamplesMs,
    ...(cpu.length > 0 && { cpuMs: median(cpu) }),
    startMs: median(clean.map(({ startMs }) => startMs)),
    framesAtRest: atRest === undefined ? last.framesAtEnd : framesInUse(atRest.framesByOwner),
    peakFrames: median(clean.map(({ peakFrames }) => peakFrames)),
    memory: last.memory,
    checkpoints: last.checkpointPausesMs.length,
    ...(pauses.length > 0 && { pauseMs: median(pauses) }),
    ...(delays.length > 0 && {
      outputDelay: {
        medianMs: median(delays),
        p95Ms: quantile(delays, 0.95),
        mostMs: Math.max(...delays),
      },
    }),
    ...(recoveries.length > 0 && {
      recoveryMs: median(recoveries.map(({ durationMs }) => durationMs)),
    }),
    ...(replayed.length > 0 && { replayedSteps: median(replayed) }),
    timeline: struck.at(-1)?.events ?? [],
  };
}
