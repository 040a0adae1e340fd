// No defence: what a fault in the coordinator does, it does. For comparisons of cost and of what escapes.
import type { ManagerProtectionProvider } from "../../core/index.ts";

export const none: ManagerProtectionProvider = {
  kind: "manager-protection",
  name: "none",
  summary: "The coordinator trusts its own memory and its own decisions",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({
    recordSeals: false,
    logChain: false,
    microRestart: false,
    doubleEvaluation: false,
    releaseCheck: false,
    encodedVerdict: false,
    frameAudit: false,
    auditEntries: 0,
    checkpointScrub: false,
    scrubPages: 0,
    digestPages: 0,
  }),
};
