// What became of the faults of a run, as far as its report tells. A report lists faults and divergences, not which
// caused which: in doubt a fault counts as the worse of what it may have been.
import type { RunReport } from "../coordinator/run-report.ts";

/** What is read of a report: enough of what `extravirt run --report` writes. */
export type ReportedRun = Pick<RunReport, "stop" | "replicas" | "faults" | "divergences"> &
  Partial<Pick<RunReport, "release" | "outputsCommitted" | "outputDigest" | "framesByOwner">>;

/**
 * masked     the replicas never differed because of it, up to the end of the run
 * recovered  its replica was blamed and replaced, or was of no use to a recovery, or all were rolled back after it
 * stopped    detected and not resolved: the run ended with nothing wrong released
 * wrong      the run released something else than the fault-free one, or ended in another way; or it gave up after it
 *            had released a part, uncompared, which a digest can't tell from something else
 * unseen     outputs left uncompared (one replica, or a primary), and there is no fault-free run to compare with
 */
export type FaultOutcome = "masked" | "recovered" | "stopped" | "wrong" | "unseen";

export interface ClassifiedFault {
  /** Its model; undefined where the report has no record of it. */
  readonly use: string | undefined;
  readonly outcome: FaultOutcome;
  /** Whether wrong results would have been noticed: the run was compared with a fault-free one. */
  readonly isCompared: boolean;
}

/**
 * Faults of trials are left out: what they strike is no part of the machine.
 * @param golden a run of the same config without faults.
 */
export function classifyFaults(
  reported: ReportedRun,
  golden?: ReportedRun,
): readonly ClassifiedFault[] {
  const run = { ...reported, faults: reported.faults.filter(({ isTrial }) => isTrial !== true) };
  const outcomes = outcomesOf(run, golden);
  return run.faults.map(({ record }, index) => ({
    use: record?.use,
    outcome: outcomes[index]!,
    isCompared: golden !== undefined,
  }));
}

function outcomesOf(run: ReportedRun, golden: ReportedRun | undefined): readonly FaultOutcome[] {
  const { faults, divergences, stop } = run;
  const isDiverged = stop.reason === "diverged";
  if (isDiverged ? mayHaveLeaked(run, golden) : golden === undefined && isUncompared(run)) {
    return faults.map(() => (golden === undefined ? "unseen" : "wrong"));
  }
  if (golden !== undefined && !isDiverged && !isSameRun(run, golden)) {
    return faults.map(() => "wrong");
  }
  const outcomes = divergences.map(({ outcome }) => outcome);
  const blamed = new Set(outcomes.flatMap((o) => (o.kind === "recovered" ? o.blamed : [])));
  // A roll-back blames nobody, or only some: whatever had struck those that it replaced may have been its cause.
  const isRolledBack = outcomes.some((o) => o.kind === "recovered" && o.by === "rollback");
  const isBlameless = outcomes.some(
    (o) => o.kind === "recovered" && o.by !== "rollback" && o.blamed.length === 0,
  );
  return faults.map(({ replica }) => {
    if (replica !== undefined && blamed.has(replica)) return "recovered";
    if (isDiverged) return "stopped";
    const isUndone = isRolledBack ? !isAtEnd(replica, run) : isGone(replica, run);
    return isBlameless || isUndone ? "recovered" : "masked";
  });
}

/** It is known to have lived to the end. */
const isAtEnd = (replica: number | undefined, { framesByOwner = {} }: ReportedRun): boolean =>
  Object.hasOwn(framesByOwner, `replica ${replica}`);

/** It is known not to: a witness, or a replay, that was of no use, for one. */
const isGone = (replica: number | undefined, run: ReportedRun): boolean =>
  replica !== undefined && run.framesByOwner !== undefined && !isAtEnd(replica, run);

/** Outputs left before anything was compared, or nothing ever was. */
const isUncompared = ({ replicas, release }: ReportedRun): boolean =>
  replicas === 1 || release === "primary";

/** Of a run that gave up: whether something wrong may have been released before. */
function mayHaveLeaked(run: ReportedRun, golden: ReportedRun | undefined): boolean {
  if (!isUncompared(run) || run.outputsCommitted === 0) return false;
  return run.outputDigest === undefined || run.outputDigest !== golden?.outputDigest;
}

function isSameRun(run: ReportedRun, golden: ReportedRun): boolean {
  return (
    run.outputDigest === golden.outputDigest &&
    run.stop.reason === golden.stop.reason &&
    run.stop.exitCode === golden.stop.exitCode
  );
}
