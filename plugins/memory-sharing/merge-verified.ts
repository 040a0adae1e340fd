// The paper's strategy: pages that a checkpoint proved equal are merged again, so that at rest there is one copy.
import type { MemorySharingProvider } from "../../core/index.ts";

export const mergeVerified: MemorySharingProvider = {
  kind: "memory-sharing",
  name: "merge-verified",
  summary: "Copy-on-write, and pages that a checkpoint proved equal are merged",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({
    replicaStarted() {},
    pagesVerified(pages, replicas, mechanism) {
      const [first, ...others] = replicas;
      if (first !== undefined) mechanism.promote(first, pages);
      for (const replica of others) mechanism.shareWithCheckpoint(replica, pages);
    },
  }),
};
