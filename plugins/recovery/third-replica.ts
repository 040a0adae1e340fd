// The paper's recovery: a third replica, made by replay from the known-good checkpoint, shows who is wrong and takes
// the loser's place.
import type { RecoveryProvider } from "../../core/index.ts";
import { attemptsOption, recoverByWitness } from "./witness-rounds.ts";

export const thirdReplica: RecoveryProvider = {
  kind: "recovery",
  name: "third-replica",
  summary: "A third replica made by replay decides and replaces the faulty one",
  onLoneFault: { transient: "recovered", lasting: "recovered" },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: { attempts: attemptsOption },
  },
  create: (options) => ({
    recover: (divergence, mechanism) =>
      recoverByWitness(divergence, mechanism, {
        by: "third-replica",
        attempts: options["attempts"] as number,
        isRepairing: false,
      }),
  }),
};
