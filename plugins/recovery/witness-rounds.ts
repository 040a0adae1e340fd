// What recoveries by a witness have in common. Undecided votes are tried again with a new witness; then everything is
// rolled back; then stop. Where three ran already, they know who is wrong: a witness is needed to be as many again, and
// to decide what they can't.
import type { Divergence, RecoveryMechanism, RecoveryOutcome } from "../../core/index.ts";

export interface WitnessRounds {
  /** Name of the strategy. */
  readonly by: string;
  /** Witnesses tried before everything is rolled back; also how often that is tried. */
  readonly attempts: number;
  /** Losers that live are repaired in place; others are replaced. */
  readonly isRepairing: boolean;
}

export const attemptsOption = {
  type: "integer",
  minimum: 1,
  maximum: 16,
  default: 3,
  description:
    "Witnesses tried at most before everything is rolled back; also how often that is tried",
} as const;

/** So many witnesses that differ in full from who agreed with them: it is the latter, or the checkpoint. */
const UNFIT_ENOUGH = 2;

/** Who was wrong, and what it took. */
interface Decision {
  readonly losers: readonly number[];
  readonly pagesCopied?: number;
}

export async function recoverByWitness(
  divergence: Divergence,
  mechanism: RecoveryMechanism,
  rounds: WitnessRounds,
): Promise<RecoveryOutcome> {
  const { by } = rounds;
  const everybody = [...divergence.replicas, ...divergence.absent].sort((a, b) => a - b);
  const outvoted: number[] = [];
  const recovered = ({ losers, ...cost }: Decision, attempts: number): RecoveryOutcome => ({
    kind: "recovered",
    by,
    blamed: [...outvoted, ...losers],
    attempts,
    ...cost,
  });
  if (everybody.length > 2) {
    const verdict = await mechanism.vote();
    if (verdict.kind === "agreed") return recovered({ losers: [] }, 1);
    if (verdict.kind === "outvoted") {
      const { losers } = verdict;
      const pagesCopied = rounds.isRepairing ? await mechanism.repair(losers) : undefined;
      if (pagesCopied !== undefined) return recovered({ losers, pagesCopied }, 1);
      outvoted.push(...losers);
      for (const loser of losers) await mechanism.discard(loser);
    }
  }
  let unfit = 0;
  let isHopeless = false;
  let attempts = 1;
  for (; attempts <= rounds.attempts && !isHopeless; attempts++) {
    // Those that agree go on where the replication can do with them.
    if (outvoted.length > 0 && !mechanism.hasFreeCore) return recovered({ losers: [] }, attempts);
    const tried = await tryWitness(mechanism, rounds, outvoted.length > 0);
    if (tried.decision !== undefined) return recovered(tried.decision, attempts);
    if (tried.isUnfit) unfit += 1;
    isHopeless = tried.isRepeated || unfit >= UNFIT_ENOUGH;
  }
  const isKnown = (replica: number): boolean =>
    divergence.absent.includes(replica) || outvoted.includes(replica);
  return rollBack(
    mechanism,
    { limit: rounds.attempts, before: attempts - 1 },
    {
      blamed: everybody.filter(isKnown),
      suspected: everybody.filter((replica) => !isKnown(replica)),
    },
  );
}

interface Tried {
  /** Undefined when the witness was of no use. */
  readonly decision: Decision | undefined;
  readonly isRepeated: boolean;
  /** It agreed with somebody, and could not take a place beside that one: they differ in full, or one died. */
  readonly isUnfit: boolean;
}

async function tryWitness(
  mechanism: RecoveryMechanism,
  { isRepairing }: WitnessRounds,
  isOneMissing: boolean,
): Promise<Tried> {
  const { replica, verdict, isRepeated = false } = await mechanism.runWitness();
  const losers = verdict.kind === "outvoted" ? verdict.losers : [];
  // All agree: there was no divergence but in the comparison, and nobody has to go.
  const isFalseAlarm = verdict.kind === "agreed" && !isOneMissing;
  let decision: Decision | undefined = isFalseAlarm ? { losers } : undefined;
  let isUnfit = false;
  if (!isFalseAlarm && verdict.kind !== "undecided" && !losers.includes(replica)) {
    const isRepairable = isRepairing && losers.length > 0 && !isOneMissing;
    const pagesCopied = isRepairable ? await mechanism.repair(losers) : undefined;
    if (pagesCopied !== undefined) decision = { losers, pagesCopied };
    else if (await mechanism.replace(losers, replica)) {
      return { decision: { losers }, isRepeated, isUnfit };
    } else isUnfit = true;
  }
  await mechanism.discard(replica);
  return { decision, isRepeated, isUnfit };
}

async function rollBack(
  mechanism: RecoveryMechanism,
  { limit, before }: { readonly limit: number; readonly before: number },
  { blamed, suspected }: Record<"blamed" | "suspected", readonly number[]>,
): Promise<RecoveryOutcome> {
  const doubt = suspected.length > 0 && { suspected };
  for (let attempts = 1; attempts <= limit; attempts++) {
    if (await mechanism.rollBack()) {
      return { kind: "recovered", by: "rollback", blamed, ...doubt, attempts: before + attempts };
    }
  }
  return { kind: "stopped", why: "no replay agreed with what was already committed" };
}
