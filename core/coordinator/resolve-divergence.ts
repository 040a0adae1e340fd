// Has a divergence resolved: from the newest checkpoint that counts as known-good, and from ever older ones as long as
// the strategy fails and there are any.
import type { Divergence, RecoveryOutcome, RecoveryStrategy } from "../api/recovery-strategy.ts";
import type { CheckpointDemoted, Recovered } from "../api/vmm.ts";
import type { Upkeep } from "../integrity/upkeep.ts";
import type { EpochFeed } from "./epoch-feed.ts";
import { RecoverySession, type RecoveryParts } from "./recovery-session.ts";

export interface ResolutionParts extends Omit<RecoveryParts, "records" | "distrusted"> {
  readonly feed: Pick<EpochFeed, "sentAfter">;
  readonly onDemoted: (demoted: CheckpointDemoted) => void;
  readonly upkeep?: Pick<Upkeep, "beforeRecovery" | "isSound" | "checkpointDemoted">;
}

export interface Resolution extends Pick<Recovered, "outcome" | "replay" | "demoted"> {
  /** Cores of replicas that could not agree, of which nobody says who was wrong. */
  readonly suspects: readonly number[];
  /** Replicas that executed the stretch again, agreed with another one in full, and go on. */
  readonly confirmed: readonly number[];
}

type Demote = (why: string) => Promise<boolean>;

export const NONE_IS_SOUND = "the checkpoint lost a page, and no older one is kept";

export async function resolveDivergence(
  divergence: Divergence,
  strategy: RecoveryStrategy,
  parts: ResolutionParts,
): Promise<Resolution> {
  const { checkpoints, feed } = parts;
  const demoted: CheckpointDemoted[] = [];
  const distrusted = new Set<number>();
  const suspects = new Set<number>();
  const demote = demotion(parts, distrusted, demoted);
  parts.upkeep?.beforeRecovery();
  if (!(await demoteUntrusted(parts, demote))) {
    return { outcome: { kind: "stopped", why: NONE_IS_SOUND }, suspects: [], confirmed: [] };
  }
  for (;;) {
    const records = feed.sentAfter(checkpoints.epoch);
    const session = new RecoverySession(divergence, { ...parts, records, distrusted });
    const outcome = await attempt(divergence, strategy, session, parts);
    const { replayedSteps } = session;
    for (const core of session.suspects) suspects.add(core);
    // Where nothing was replayed, an older checkpoint would change nothing.
    const isFinal = outcome.kind === "recovered" || replayedSteps === undefined;
    if (isFinal || !(await demote(outcome.why))) {
      const replay =
        replayedSteps === undefined
          ? undefined
          : { fromEpoch: checkpoints.epoch, steps: replayedSteps };
      return {
        outcome,
        suspects: [...suspects],
        confirmed: session.confirmed,
        ...(replay !== undefined && { replay }),
        ...(demoted.length > 0 && { demoted }),
      };
    }
  }
}

/**
 * Gives up checkpoints that no replica may be started from, once they were verified.
 * @returns false when none is left
 */
export async function demoteUntrusted(
  parts: ResolutionParts,
  demote: Demote = demotion(parts, new Set(), []),
): Promise<boolean> {
  const { checkpoints } = parts;
  while (parts.upkeep?.isSound === false) {
    if (!(await demote("a page of it is not what was verified"))) return false;
  }
  while (!checkpoints.isNewestClean && (await demote("it is too young to be trusted")));
  return true;
}

/** @param demoted gets what is given up */
const demotion =
  (parts: ResolutionParts, distrusted: Set<number>, demoted: CheckpointDemoted[]): Demote =>
  async (why) => {
    const { epoch, steps } = parts.checkpoints;
    if (!(await demoteNewest(parts, distrusted))) return false;
    demoted.push({ epoch, steps, why });
    parts.onDemoted({ epoch, steps, why });
    parts.upkeep?.checkpointDemoted();
    return true;
  };

/**
 * @param distrusted are given up, as are all that died, and those whose pages find no room: they are added here
 * @returns false when there is none to go back to
 */
async function demoteNewest(
  { replicas, checkpoints, frames, memories }: ResolutionParts,
  distrusted: Set<number>,
): Promise<boolean> {
  if (checkpoints.count === 1) return false;
  await replicas.quiesce(replicas.alive);
  // Who counts as hung may still run, and take frames of older checkpoints while they are counted and put back.
  for (const { replica, crash } of replicas.all) if (crash !== undefined) distrusted.add(replica);
  for (const replica of distrusted) await replicas.discard(replica);
  checkpoints.keepAtMost(frames.generationCount);
  if (checkpoints.count === 1) return false;
  while (memories.lackToDemote(replicas.numbers) > 0) {
    const youngest = Math.max(...replicas.numbers);
    distrusted.add(youngest);
    await replicas.discard(youngest);
  }
  memories.demote(replicas.numbers);
  checkpoints.demote();
  // Those that stay may have needed frames of older ones.
  checkpoints.keepAtMost(frames.generationCount);
  for (const handle of replicas.all) handle.remapped();
  return true;
}

async function attempt(
  divergence: Divergence,
  strategy: RecoveryStrategy,
  session: RecoverySession,
  { replicas, planned, needed }: ResolutionParts,
): Promise<RecoveryOutcome> {
  const outcome = await strategy.recover(divergence, session);
  if (outcome.kind === "recovered") {
    const left = replicas.all.length;
    if (left >= planned) return outcome;
    if (left >= needed) return { ...outcome, left };
    // Going on would commit outputs that too few replicas agreed on.
    return {
      kind: "stopped",
      why: `recovery by ${outcome.by} left ${left} of ${planned} replicas`,
    };
  }
  const { lastFailure, lack } = session;
  const why = [
    outcome.why,
    ...(lastFailure === undefined ? [] : [`the last replay: ${lastFailure}`]),
    ...(lack === undefined ? [] : [lack]),
  ];
  return { kind: "stopped", why: why.join("; ") };
}
