// The paper's recovery: a third replica, made by replay from the known-good checkpoint, shows who is wrong and takes
// the loser's place. Undecided votes are tried again with a new witness; then everything is rolled back; then stop.
// Where three ran already, they know who is wrong: the witness is needed to be three again, and to decide what they can't.
import type { RecoveryMechanism, RecoveryOutcome, RecoveryProvider } from "../../core/index.ts";

const BY = "third-replica";

export const thirdReplica: RecoveryProvider = {
  kind: "recovery",
  name: BY,
  summary: "A third replica made by replay decides and replaces the faulty one",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      attempts: {
        type: "integer",
        minimum: 1,
        maximum: 16,
        default: 3,
        description:
          "Witnesses tried before everything is rolled back; also how often that is tried",
      },
    },
  },
  create: (options) => ({
    async recover(divergence, mechanism) {
      const limit = options["attempts"] as number;
      const everybody = [...divergence.replicas, ...divergence.absent].sort((a, b) => a - b);
      const outvoted: number[] = [];
      if (everybody.length > 2) {
        const verdict = await mechanism.vote();
        if (verdict.kind === "agreed")
          return { kind: "recovered", by: BY, blamed: [], attempts: 1 };
        if (verdict.kind === "outvoted") outvoted.push(...verdict.losers);
        for (const loser of outvoted) await mechanism.discard(loser);
      }
      const isOneMissing = outvoted.length > 0;
      for (let attempts = 1; attempts <= limit; attempts++) {
        const losers = await tryWitness(mechanism, isOneMissing);
        if (losers === undefined) continue;
        return { kind: "recovered", by: BY, blamed: [...outvoted, ...losers], attempts };
      }
      return rollBack(mechanism, limit, everybody);
    },
  }),
};

/** @returns who was outvoted, or undefined when this witness was of no use */
async function tryWitness(
  mechanism: RecoveryMechanism,
  isOneMissing: boolean,
): Promise<readonly number[] | undefined> {
  const { replica, verdict } = await mechanism.runWitness();
  const losers = verdict.kind === "outvoted" ? verdict.losers : [];
  // All agree: there was no divergence but in the comparison, and nobody has to go.
  const isFalseAlarm = verdict.kind === "agreed" && !isOneMissing;
  if (!isFalseAlarm && verdict.kind !== "undecided" && !losers.includes(replica)) {
    if (await mechanism.replace(losers, replica)) return losers;
  }
  await mechanism.discard(replica);
  return isFalseAlarm ? [] : undefined;
}

async function rollBack(
  mechanism: RecoveryMechanism,
  limit: number,
  blamed: readonly number[],
): Promise<RecoveryOutcome> {
  for (let attempts = 1; attempts <= limit; attempts++) {
    if (await mechanism.rollBack()) {
      return { kind: "recovered", by: "rollback", blamed, attempts: limit + attempts };
    }
  }
  return { kind: "stopped", why: "no replay agreed with what was already committed" };
}
