// An experiment on a machine that runs alone: nobody compares what it releases but the campaign.
import { endOfOutputs } from "./golden-epochs.ts";
import type { Detection } from "./compared-experiment.ts";
import type { FaultyRun, FaultyRunParts } from "./faulty-run.ts";
import type { GoldenFacts } from "./golden-run.ts";
import { OutputComparison, type GoldenOutputs, type OutputPlace } from "./golden-outputs.ts";
import type { HangLimit } from "./hang-limit.ts";
import { LiveEpochs } from "./live-epochs.ts";

export type LoneEnd = {
  /** The first wrong byte that it released, or did not release. */
  readonly wrong?: OutputPlace | undefined;
} & (
  | { readonly kind: "converged" | "guest-end" | "otherwise" | "wrong-output" }
  | { readonly kind: "hang"; readonly isWaiting: boolean }
  /** The machine noticed itself, or died. */
  | { readonly kind: "detected"; readonly detection: Detection }
);

export interface LoneParts extends FaultyRunParts {
  readonly facts: GoldenFacts;
  readonly outputs: GoldenOutputs;
  readonly limit: HangLimit;
  readonly runAheadEpochs: number;
  readonly epochSteps: number;
}

export function runAlone(run: FaultyRun, parts: LoneParts): LoneEnd {
  const { facts, outputs, limit, states } = parts;
  const live = new LiveEpochs(run.firstEpoch, parts);
  const before = endOfOutputs(facts, run.firstEpoch - 1);
  const comparison = new OutputComparison(outputs, facts.answered, before);
  for (let record = live.next(); record !== undefined; record = live.next()) {
    const { epoch } = record;
    const isBeside = live.isGolden && comparison.isAt(endOfOutputs(facts, epoch - 1));
    const end = run.runEpoch(record, isBeside);
    if (end.kind === "converged") return { kind: "converged", wrong: comparison.wrong };
    if (end.kind === "ended") {
      const { signal, detail } = end;
      const checkpointEpoch =
        facts.checks.findLast(({ ofEpoch }) => ofEpoch < epoch)?.ofEpoch ?? -1;
      const detection = { signal, epoch, detail, checkpointEpoch };
      return { kind: "detected", detection, wrong: comparison.wrong };
    }
    const { ballot } = end;
    comparison.add(ballot.outputs);
    if (comparison.isWrongWhereAnswered) return { kind: "wrong-output", wrong: comparison.wrong };
    if (ballot.stop !== undefined) {
      const { reason, exitCode } = facts.stop;
      const isAlike = ballot.stop.reason === reason && ballot.stop.exitCode === exitCode;
      return isAlike
        ? { kind: "guest-end", wrong: comparison.wrongAtEnd() }
        : { kind: "otherwise", wrong: comparison.wrong };
    }
    if (ballot.steps >= limit.steps || epoch + 1 >= limit.epochs) {
      return { kind: "hang", isWaiting: false, wrong: comparison.wrong };
    }
    const isReleasedAlike = comparison.isAt(endOfOutputs(facts, epoch));
    live.agreed(ballot, isReleasedAlike, (channel) => comparison.released(channel));
    const place = states.boundaryAfter(epoch);
    if (
      place !== undefined &&
      live.isGolden &&
      isReleasedAlike &&
      run.latentPagesAt(place) !== undefined
    ) {
      return { kind: "converged", wrong: comparison.wrong };
    }
  }
  // It waits, and nothing comes.
  return facts.stop.reason === "idle-forever"
    ? { kind: "guest-end", wrong: comparison.wrongAtEnd() }
    : { kind: "hang", isWaiting: true, wrong: comparison.wrong };
}
