// More than half of all replicas, absent ones included, decide. A claim alone is never a majority of one against none:
// an output needs two independent executions, unless a single machine is all there is.
import type { VotingPolicyProvider } from "../../core/index.ts";

export const majority: VotingPolicyProvider = {
  kind: "voting",
  name: "majority",
  summary: "More than half of the replicas decide; absent ones count against",
  outvotesOne: true,
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({
    decide({ groups, absent }) {
      const all = groups.reduce((sum, group) => sum + group.length, absent.length);
      const winners = groups.find((group) => group.length * 2 > all);
      if (winners === undefined) return { kind: "undecided" };
      const losers = [...groups.filter((group) => group !== winners).flat(), ...absent];
      return losers.length === 0 ? { kind: "agreed" } : { kind: "outvoted", winners, losers };
    },
  }),
};
