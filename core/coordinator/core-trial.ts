// Executes the stretch since the known-good checkpoint again on one core and tells whether it came out right there: what
// it claims is held to what was agreed on and to those that go on, and its whole state is compared with theirs.
import type { CoreTrial } from "../api/core-diagnosis.ts";
import type { EpochRecord } from "../api/epoch.ts";
import type { Engine } from "../api/processor.ts";
import type { ReplicaHandle } from "../replica/replica-handle.ts";
import { compareStates, type ComparisonParts } from "./compare-states.ts";
import { digestBallot, type EpochLog } from "./epoch-log.ts";
import type { KnownGoodCheckpoints } from "./known-good-checkpoints.ts";

export interface TrialParts extends ComparisonParts {
  readonly log: EpochLog;
  /** What the replicas were sent since the checkpoint, oldest first. */
  readonly records: readonly EpochRecord[];
  readonly checkpoints: KnownGoodCheckpoints;
  /** Steps of the last boundary that was agreed on. */
  readonly steps: number;
}

/** Those that go on have to stand still, at the last boundary sent, and have to be right. */
export async function tryCore(
  core: number,
  engine: Engine | undefined,
  parts: TrialParts,
): Promise<CoreTrial> {
  const { replicas, records, checkpoints } = parts;
  const [reference] = replicas.alive;
  if (reference === undefined)
    return { core, isRight: false, isInconclusive: true, detail: NOBODY };
  const standing = reference.ballot(reference.lastBallot)?.steps ?? parts.steps;
  const trial = replicas.tryOut(checkpoints, { core, engine }, standing);
  for (const record of records) trial.grant(record);
  await replicas.quiesce([trial]);
  const detail = trial.crash ?? (await firstFlaw(trial, parts));
  const { isCutOff, crash } = trial;
  await replicas.giveUp(trial);
  if (isCutOff) return { core, isRight: false, isInconclusive: true, detail: crash ?? "" };
  if (detail === NOBODY) return { core, isRight: false, isInconclusive: true, detail: NOBODY };
  return { core, isRight: detail === undefined, detail: detail ?? "" };
}

const NOBODY = "nobody is left to compare it with";

/** Compared with one that is alive afterwards: one that died in the course of it tells nothing. */
async function firstFlaw(trial: ReplicaHandle, parts: TrialParts): Promise<string | undefined> {
  for (;;) {
    const [reference] = parts.replicas.alive;
    if (reference === undefined) return NOBODY;
    const flaw = await flawBeside(trial, reference, parts);
    if (flaw === undefined || reference.crash === undefined) return flaw;
  }
}

async function flawBeside(
  trial: ReplicaHandle,
  reference: ReplicaHandle,
  parts: TrialParts,
): Promise<string | undefined> {
  const { log, records, steps } = parts;
  const wrong = records.find(({ epoch }) => {
    const claim = trial.ballot(epoch);
    if (claim === undefined) return true;
    if (log.isAgreed(epoch)) return log.contradicts(claim);
    const right = reference.ballot(epoch);
    return right === undefined || digestBallot(right) !== digestBallot(claim);
  });
  if (wrong !== undefined) return `epoch ${wrong.epoch} differs`;
  // Twice, where they seem to differ: an error of the comparison is no error of the core.
  let detail = "";
  for (let attempt = 0; attempt < 2; attempt++) {
    const { groups, absent, ...found } = await compareStates(
      [reference, trial],
      steps,
      parts,
      "apart",
    );
    if (absent.length === 0 && groups.length === 1) return undefined;
    detail = absent.length > 0 ? (trial.crash ?? "it gave no state") : found.detail;
  }
  return detail;
}
