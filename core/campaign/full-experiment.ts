// Experiments as runs of the config as it stands, with all its replicas: whatever the strategies are, this is what they do.
import type { Config } from "../api/config.ts";
import type { Experiment, ExperimentResult } from "../api/experiment.ts";
import type { Registry } from "../api/plugin.ts";
import type { Divergence } from "../api/recovery-strategy.ts";
import type { Vmm } from "../api/vmm.ts";
import { runMachine } from "../coordinator/run-machine.ts";
import { isGivenUp, type RunReport } from "../coordinator/run-report.ts";
import { optionsOf } from "../machine/machine-plan.ts";
import { isNoSite } from "../replica/fault-injector.ts";
import { outcomeOf, type RunEnd } from "./classify-outcome.ts";
import { endOfEpoch, latencyOf } from "./golden-epochs.ts";
import type { GoldenFacts } from "./golden-run.ts";
import {
  OutputComparison,
  outputPlaceText,
  type GoldenOutputs,
  type OutputPlace,
} from "./golden-outputs.ts";
import { type HangLimit, hangLimitOf } from "./hang-limit.ts";

export interface FullParts {
  /** Without faults. */
  readonly config: Config;
  readonly registry: Registry;
  readonly facts: GoldenFacts;
  readonly outputs: GoldenOutputs;
  readonly hangFactor: number;
  /** Before which no fault comes. */
  readonly fromStep: number;
}

/** What hooks told, in the order in which it happened. */
interface Seen {
  first: Divergence | undefined;
  wrong: { readonly place: OutputPlace; readonly isAfterDetection: boolean } | undefined;
  /** A wrong byte after which nothing that comes changes what this is. */
  isWrongForGood: boolean;
  isHanging: boolean;
  recoveryMs: number | undefined;
}

export async function runFullExperiment(
  { index, fault }: Experiment,
  parts: FullParts,
): Promise<ExperimentResult> {
  const { config, registry, facts, outputs, hangFactor, fromStep } = parts;
  const startMs = performance.now();
  const limit = hangLimitOf(facts, hangFactor, fromStep);
  const seen: Seen = {
    first: undefined,
    wrong: undefined,
    isWrongForGood: false,
    isHanging: false,
    recoveryMs: undefined,
  };
  const comparison = new OutputComparison(outputs, facts.answered);
  const over = new AbortController();
  const isInline = registry.get("fault", fault.use).isInfrastructure !== true;
  const report = await runMachine(
    { ...config, faults: [fault], limits: { steps: limit.steps } },
    {
      signal: over.signal,
      onVmm: (vmm) => {
        if (isInline) placeInline(vmm, registry);
        watch(vmm, { seen, comparison, limit, end: () => over.abort() });
      },
    },
  );
  return {
    index,
    ...resultOf(report, seen, comparison, facts),
    measured: measuredOf(startMs, seen),
  };
}

/** Threads for each of thousands of runs would take longer than the runs. */
function placeInline({ hooks }: Vmm, registry: Registry): void {
  hooks.create.for("placement").tap("campaign", (slot) => {
    const { bind: _bind, ...plan } = registry.get("placement", slot.use).create(optionsOf(slot));
    return plan.mode === "worker" ? { ...plan, mode: "inline", jitterMs: 0 } : undefined;
  });
}

function watch(
  { hooks }: Vmm,
  {
    seen,
    comparison,
    limit,
    end,
  }: { seen: Seen; comparison: OutputComparison; limit: HangLimit; end: () => void },
): void {
  hooks.divergenceDetected.tap("campaign", (divergence) => {
    seen.first ??= divergence;
  });
  hooks.recovered.tap("campaign", ({ durationMs }) => {
    seen.recoveryMs ??= durationMs;
  });
  hooks.outputCommitted.tap("campaign", (_epoch, released) => {
    comparison.add(released);
    const place = comparison.wrong;
    if (place === undefined) return;
    seen.wrong ??= { place, isAfterDetection: seen.first !== undefined };
    // A guest that nobody noticed yet may still fail for all to see.
    seen.isWrongForGood = seen.wrong.isAfterDetection || comparison.isWrongWhereAnswered;
    if (seen.isWrongForGood) end();
  });
  hooks.epochVerified.tap("campaign", ({ epoch }) => {
    // The guest may have ended in the last epoch that it was allowed.
    if (epoch + 1 <= limit.epochs) return;
    seen.isHanging = true;
    end();
  });
}

function resultOf(
  report: RunReport,
  seen: Seen,
  comparison: OutputComparison,
  facts: GoldenFacts,
): Omit<ExperimentResult, "index" | "measured"> {
  const { first } = seen;
  const [fault] = report.faults;
  if (fault === undefined && first === undefined) {
    return { outcome: "masked", ended: "not-reached" };
  }
  const end = endOf(report, seen, facts);
  const missing = end === "golden" ? comparison.wrongAtEnd() : undefined;
  const wrong =
    seen.wrong ??
    (missing === undefined ? undefined : { place: missing, isAfterDetection: first !== undefined });
  const outcome = outcomeOf({
    isDetected: first !== undefined,
    wrongOutput:
      wrong === undefined
        ? "none"
        : wrong.isAfterDetection
          ? "after-detection"
          : "before-detection",
    end,
  });
  const injectedAt = fault?.step;
  const replayed = report.divergences[0]?.replay?.fromEpoch;
  return {
    outcome,
    ...(fault !== undefined && !isNoSite(fault.what) && { injected: fault.what }),
    ...(injectedAt !== undefined && { injectedAt }),
    ...(first !== undefined && { detector: first.signal, detail: firstLine(first.detail) }),
    ...(first !== undefined &&
      injectedAt !== undefined &&
      latencyOf(facts, injectedAt, first.epoch)),
    ...(first !== undefined &&
      replayed !== undefined && {
        lostSteps: endOfEpoch(facts, first.epoch) - endOfEpoch(facts, replayed),
      }),
    ...(wrong !== undefined && { firstWrong: { output: outputPlaceText(wrong.place) } }),
    ended: endedBy(report.stop, end, seen),
  };
}

function endOf({ stop }: RunReport, seen: Seen, facts: GoldenFacts): RunEnd {
  // What becomes of it then is not looked at.
  if (seen.isWrongForGood) return "golden";
  if (seen.isHanging || stop.reason === "step-limit") return "hang";
  if (isGivenUp(stop)) return "stopped";
  const { reason, exitCode } = facts.stop;
  if (stop.reason === reason && stop.exitCode === exitCode) return "golden";
  return stop.reason === "idle-forever" ? "hang" : "otherwise";
}

/** Of an error; what follows are paths of this host. */
const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

function endedBy(
  { reason }: RunReport["stop"],
  end: RunEnd,
  seen: Seen,
): ExperimentResult["ended"] {
  if (seen.isWrongForGood) return "wrong-output";
  if (seen.isHanging || reason === "step-limit") return "step-limit";
  return end === "stopped" || seen.first !== undefined ? "detected" : "guest-end";
}

function measuredOf(
  startMs: number,
  { recoveryMs }: Seen,
): NonNullable<ExperimentResult["measured"]> {
  return {
    wallMs: performance.now() - startMs,
    ...(recoveryMs !== undefined && { recoveryMs }),
  };
}
