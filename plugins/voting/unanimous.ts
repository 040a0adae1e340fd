// Everybody or nobody: one replica that differs or is absent leaves the vote undecided. Nobody is ever outvoted, so
// recovery means to execute again (rollback) or to stop (fail-stop).
import type { VotingPolicyProvider } from "../../core/index.ts";

export const unanimous: VotingPolicyProvider = {
  kind: "voting",
  name: "unanimous",
  summary: "All replicas have to agree; one that differs or is absent leaves the vote undecided",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({
    decide: ({ groups, absent }) => ({
      kind: groups.length === 1 && absent.length === 0 ? "agreed" : "undecided",
    }),
  }),
};
