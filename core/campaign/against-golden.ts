// Experiments against the recorded run without faults: one machine per thread, which is put back to states of that run,
// struck, and followed until it is certain what becomes of it.
import type { Config } from "../api/config.ts";
import type { Experiment, ExperimentResult } from "../api/experiment.ts";
import type { Registry } from "../api/plugin.ts";
import type { LoneFaultEnd } from "../api/recovery-strategy.ts";
import { instrumentsOf } from "../coordinator/plan-instruments.ts";
import { optionsOf } from "../machine/machine-plan.ts";
import { RecordedRun } from "../recording/recorded-run.ts";
import { cellsOf } from "../replica/replica-instruments.ts";
import { outcomeOf, type RunEnd } from "./classify-outcome.ts";
import {
  type ComparedEnd,
  type ComparedParts,
  type Detection,
  runCompared,
} from "./compared-experiment.ts";
import type { ExperimentRunner, ExperimentSetup } from "./experiment-setup.ts";
import { FaultyRun } from "./faulty-run.ts";
import { endOfEpoch, latencyOf } from "./golden-epochs.ts";
import { type GoldenOutputs, outputPlaceText } from "./golden-outputs.ts";
import { firstEpochFor, GoldenStates, pointsBefore } from "./golden-states.ts";
import { hangLimitOf } from "./hang-limit.ts";
import { type LoneEnd, type LoneParts, runAlone } from "./lone-experiment.ts";
import { LoneFaults } from "./lone-fault.ts";
import { statesError } from "./states-error.ts";
import { struckInstruction } from "./struck-instruction.ts";
import { Subject } from "./subject.ts";

export class AgainstGolden implements ExperimentRunner {
  readonly #parts: ComparedParts & LoneParts;
  readonly #faults: LoneFaults;

  constructor(
    { config, golden, hangFactor, fromStep, isWithoutShortcuts = false }: ExperimentSetup,
    registry: Registry,
    outputs: GoldenOutputs,
  ) {
    const faults = new LoneFaults(config, registry);
    const { plan } = faults;
    const { facts } = golden;
    const firstEpoch = isWithoutShortcuts ? 0 : firstEpochFor(facts, fromStep, plan.replicas > 1);
    const run = new RecordedRun(golden.recording);
    const subject = new Subject({
      manifest: run.manifest,
      registry,
      symbols: run.symbols,
      // Those that count need room of their own, and find nothing wrong.
      instruments: instrumentsOf(config, plan).filter((slot) => cellsOf([slot], registry)[0] === 0),
      points: pointsBefore(run, firstEpoch),
      pages: run.pages,
    });
    const states = new GoldenStates({
      subject,
      run,
      facts,
      fromStep,
      firstEpoch,
      isWithoutShortcuts,
    });
    run.close();
    this.#faults = faults;
    this.#parts = {
      subject,
      states,
      registry,
      platform: registry.get("platform", config.machine.platform.use),
      facts,
      outputs,
      held: { ...heldRulesOf(config, registry), runAheadEpochs: plan.runAheadEpochs },
      limit: hangLimitOf(facts, hangFactor, fromStep),
      runAheadEpochs: plan.runAheadEpochs,
      epochSteps: plan.epochSteps,
    };
  }

  // A mistake found in a batch rejects, as in every runner.
  // oxlint-disable-next-line require-await
  async run(experiments: readonly Experiment[]): Promise<readonly ExperimentResult[]> {
    try {
      return experiments.map((experiment) => this.#one(experiment));
    } catch (error) {
      const { facts, states } = this.#parts;
      throw statesError(error, facts.checks.length, states.places.length);
    }
  }

  #one(experiment: Experiment): ExperimentResult {
    const { index, fault } = experiment;
    const whenNoticed = this.#faults.endOf(fault);
    const startMs = performance.now();
    const run = new FaultyRun(experiment, this.#parts);
    const end =
      this.#faults.plan.replicas > 1
        ? runCompared(run, fault.replica as number, this.#parts)
        : runAlone(run, this.#parts);
    const result = this.#resultOf(run, end, whenNoticed);
    const struck = run.injected && struckInstruction(run.injected.step, this.#parts);
    return {
      index,
      ...result,
      ...(struck !== undefined && { struck }),
      measured: { wallMs: performance.now() - startMs },
    };
  }

  #resultOf(
    run: FaultyRun,
    end: ComparedEnd | LoneEnd,
    whenNoticed: LoneFaultEnd,
  ): Omit<ExperimentResult, "index" | "struck" | "measured"> {
    const { injected, firstWrong } = run;
    const detection = end.kind === "detected" ? end.detection : undefined;
    if (injected === undefined && detection === undefined) {
      return { outcome: "masked", ended: "not-reached" };
    }
    const wrong =
      "wrong" in end && end.wrong !== undefined ? outputPlaceText(end.wrong) : undefined;
    const isWrong = firstWrong !== undefined || wrong !== undefined;
    return {
      outcome: outcomeOf({
        isDetected: detection !== undefined,
        wrongOutput: wrong === undefined ? "none" : "before-detection",
        end: runEndOf(end, whenNoticed),
      }),
      ...(injected !== undefined && run.hasStruck && { injected: injected.what }),
      ...(injected !== undefined && { injectedAt: injected.step }),
      ...(detection !== undefined && this.#noticed(detection, injected?.step, whenNoticed)),
      ...(isWrong && {
        firstWrong: { ...firstWrong, ...(wrong !== undefined && { output: wrong }) },
      }),
      ended: endedBy(end),
    };
  }

  #noticed(
    { signal, epoch, detail, checkpointEpoch }: Detection,
    injectedAt: number | undefined,
    whenNoticed: LoneFaultEnd,
  ): Partial<ExperimentResult> {
    const { facts } = this.#parts;
    return {
      detector: signal,
      detail,
      ...(injectedAt !== undefined && latencyOf(facts, injectedAt, epoch)),
      ...(whenNoticed === "recovered" && {
        lostSteps: endOfEpoch(facts, epoch) - endOfEpoch(facts, checkpointEpoch),
      }),
    };
  }
}

function runEndOf(end: ComparedEnd | LoneEnd, whenNoticed: LoneFaultEnd): RunEnd {
  if (end.kind === "detected") return whenNoticed === "stopped" ? "stopped" : "golden";
  return end.kind === "hang" || end.kind === "otherwise" ? end.kind : "golden";
}

function endedBy(end: ComparedEnd | LoneEnd): ExperimentResult["ended"] {
  if (end.kind === "otherwise") return "guest-end";
  if (end.kind !== "hang") return end.kind;
  return end.isWaiting ? "guest-end" : "step-limit";
}

function heldRulesOf(
  { checkpoint }: Config,
  registry: Registry,
): { readonly heldFrom: number; readonly pagesPerEpoch: number } {
  const policy = registry.get("checkpoint", checkpoint.use).create(optionsOf(checkpoint));
  return { heldFrom: policy.heldFrom ?? Infinity, pagesPerEpoch: policy.pagesPerEpoch ?? 512 };
}
