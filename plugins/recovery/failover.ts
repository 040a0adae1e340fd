// Recovery for replicas that stop: who is left goes on, as the new primary where the old one is gone. The next epoch
// agreed on is then its own, and nothing of that epoch left before: outputs of an epoch leave all at once, at its end.
import type { RecoveryProvider } from "../../core/index.ts";

const BY = "failover";

export const failover: RecoveryProvider = {
  kind: "recovery",
  name: BY,
  summary: "The backup takes over from a primary that stopped; a new backup is made by replay",
  releases: ["primary"],
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      reprotect: {
        type: "boolean",
        default: true,
        description: "A new backup is made by replay; without it, who is left goes on alone",
      },
      attempts: {
        type: "integer",
        minimum: 1,
        maximum: 16,
        default: 3,
        description: "Replays tried before who is left goes on alone",
      },
    },
  },
  create: (options) => ({
    async recover({ signal, replicas, absent, detail }, mechanism) {
      if (signal === "state" || signal === "ballots") {
        const verdict = await mechanism.vote();
        if (verdict.kind === "agreed")
          return { kind: "recovered", by: BY, blamed: [], attempts: 1 };
        return { kind: "stopped", why: `${detail}, and nobody can say which of two is wrong` };
      }
      for (const dead of absent) await mechanism.discard(dead);
      const [primary] = replicas;
      if (primary === undefined) {
        return { kind: "stopped", why: "nobody is left who could take over" };
      }
      const outcome = { kind: "recovered", by: BY, blamed: absent } as const;
      if (options["reprotect"] !== true) return { ...outcome, attempts: 1, left: replicas.length };
      const limit = options["attempts"] as number;
      let isContradicted = false;
      for (let attempts = 1; attempts <= limit; attempts++) {
        const addition = await mechanism.addReplica();
        if (addition === "added") return { ...outcome, attempts };
        isContradicted ||= addition === "contradicted";
      }
      if (!isContradicted) return { ...outcome, attempts: limit, left: replicas.length };
      return { kind: "stopped", why: "no replay agrees with what the primary did and released" };
    },
  }),
};
