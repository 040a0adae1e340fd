// Recovery by re-execution: all replicas start again from the known-good checkpoint; nobody is blamed.
import type { RecoveryProvider } from "../../core/index.ts";

export const rollback: RecoveryProvider = {
  kind: "recovery",
  name: "rollback",
  summary: "All replicas are executed again from the last known-good checkpoint",
  releases: ["agreed", "primary"],
  onLoneFault: { transient: "recovered" },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      attempts: {
        type: "integer",
        minimum: 1,
        maximum: 16,
        default: 3,
        description: "Executions tried before the run stops",
      },
    },
  },
  create: (options) => ({
    async recover(_divergence, mechanism) {
      const limit = options["attempts"] as number;
      for (let attempts = 1; attempts <= limit; attempts++) {
        if (await mechanism.rollBack()) {
          return { kind: "recovered", by: "rollback", blamed: [], attempts };
        }
      }
      return { kind: "stopped", why: "re-execution kept disagreeing" };
    },
  }),
};
