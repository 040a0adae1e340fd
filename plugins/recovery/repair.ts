// Recovery in place: once two independent executions agree, the loser gets what differs from them, pages and machine
// state, and goes on. Cheaper than a replacement where it lives on a warm worker; a dead loser is replaced.
import type { RecoveryProvider } from "../../core/index.ts";
import { attemptsOption, recoverByWitness } from "./witness-rounds.ts";

export const repair: RecoveryProvider = {
  kind: "recovery",
  name: "repair",
  summary:
    "The faulty replica gets the pages and the state in which it differs from two that agree",
  onLoneFault: { transient: "recovered" },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: { attempts: attemptsOption },
  },
  create: (options) => ({
    recover: (divergence, mechanism) =>
      recoverByWitness(divergence, mechanism, {
        by: "repair",
        attempts: options["attempts"] as number,
        isRepairing: true,
      }),
  }),
};
