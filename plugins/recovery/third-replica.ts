// The paper's recovery: a third replica, made by replay from the known-good checkpoint, shows who is wrong and takes
// the loser's place. Undecided votes are tried again with a new witness; then everything is rolled back; then stop.
import type { RecoveryProvider } from "../../core/index.ts";

export const thirdReplica: RecoveryProvider = {
  kind: "recovery",
  name: "third-replica",
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
      for (let attempts = 1; attempts <= limit; attempts++) {
        const { replica, verdict } = await mechanism.runWitness();
        if (verdict.kind === "outvoted" && !verdict.losers.includes(replica)) {
          if (await mechanism.replace(verdict.losers, replica)) {
            return { kind: "recovered", by: "third-replica", blamed: verdict.losers, attempts };
          }
        }
        await mechanism.discard(replica);
      }
      for (let attempts = 1; attempts <= limit; attempts++) {
        if (await mechanism.rollBack()) {
          const blamed = [...divergence.replicas, ...divergence.absent];
          return { kind: "recovered", by: "rollback", blamed, attempts: limit + attempts };
        }
      }
      return { kind: "stopped", why: "no replay agreed with what was already committed" };
    },
  }),
};
