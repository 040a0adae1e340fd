// Has a divergence resolved: from the newest checkpoint that counts as known-good, and from ever older ones as long as
// the strategy fails and there are any.
import type { Divergence, RecoveryOutcome, RecoveryStrategy } from "../api/recovery-strategy.ts";
import type { CheckpointDemoted, Recovered } from "../api/vmm.ts";
import type { EpochFeed } from "./epoch-feed.ts";
import { RecoverySession, type RecoveryParts } from "./recovery-session.ts";

export interface ResolutionParts extends Omit<RecoveryParts, "records" | "distrusted"> {
  readonly feed: Pick<EpochFeed, "sentAfter">;
  /** Replicas without which a run does not go on. */
  readonly needed: number;
  readonly onDemoted: (demoted: CheckpointDemoted) => void;
}

export type Resolution = Pick<Recovered, "outcome" | "replay" | "demoted">;

export async function resolveDivergence(
  divergence: Divergence,
  strategy: RecoveryStrategy,
  parts: ResolutionParts,
): Promise<Resolution> {
  const { checkpoints, feed } = parts;
  const demoted: CheckpointDemoted[] = [];
  const distrusted = new Set<number>();
  const demote = async (why: string): Promise<boolean> => {
    const { epoch, steps } = checkpoints;
    if (checkpoints.count > 1) {
      for (const replica of distrusted) await parts.replicas.discard(replica);
    }
    if (!(await demoteNewest(parts))) return false;
    demoted.push({ epoch, steps, why });
    parts.onDemoted({ epoch, steps, why });
    return true;
  };
  while (!checkpoints.isNewestClean && (await demote("it is too young to be trusted")));
  for (;;) {
    const records = feed.sentAfter(checkpoints.epoch);
    const session = new RecoverySession(divergence, { ...parts, records, distrusted });
    const outcome = await attempt(divergence, strategy, session, parts);
    const { replayedSteps } = session;
    // Where nothing was replayed, an older checkpoint would change nothing.
    const isFinal = outcome.kind === "recovered" || replayedSteps === undefined;
    if (isFinal || !(await demote(outcome.why))) {
      const replay =
        replayedSteps === undefined
          ? undefined
          : { fromEpoch: checkpoints.epoch, steps: replayedSteps };
      return {
        outcome,
        ...(replay !== undefined && { replay }),
        ...(demoted.length > 0 && { demoted }),
      };
    }
  }
}

/** @returns false when there is none to go back to */
async function demoteNewest({ replicas, checkpoints, frames }: ResolutionParts): Promise<boolean> {
  const { alive } = replicas;
  await replicas.quiesce(alive);
  checkpoints.keepAtMost(frames.generationCount);
  if (checkpoints.count === 1) return false;
  const standing = alive.filter((handle) => handle.crash === undefined);
  frames.demoteNewestGeneration(standing.map((handle) => handle.replica));
  checkpoints.demote();
  for (const handle of standing) handle.remapped();
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
    if (left >= needed) return outcome;
    // Going on would commit outputs that too few replicas agreed on.
    return {
      kind: "stopped",
      why: `recovery by ${outcome.by} left ${left} of ${planned} replicas`,
    };
  }
  const { lastFailure } = session;
  if (lastFailure === undefined) return outcome;
  return { kind: "stopped", why: `${outcome.why}; the last replay: ${lastFailure}` };
}
