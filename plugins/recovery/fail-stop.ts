// No recovery: the first divergence ends the run before anything unverified leaves.
import type { RecoveryProvider } from "../../core/index.ts";

export const failStop: RecoveryProvider = {
  kind: "recovery",
  name: "fail-stop",
  summary: "The first divergence ends the run; nothing unverified leaves",
  releases: ["agreed", "primary"],
  onLoneFault: { transient: "stopped", lasting: "stopped" },
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({
    recover: ({ signal, detail }) =>
      Promise.resolve({ kind: "stopped", why: `divergence (${signal}): ${detail}` }),
  }),
};
