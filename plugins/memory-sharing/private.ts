// No sharing: every replica and the checkpoint hold frames of their own. The baseline for space.
import type { MemorySharingProvider } from "../../core/index.ts";

export const privateMemory: MemorySharingProvider = {
  kind: "memory-sharing",
  name: "private",
  summary: "Every replica has memory of its own; only untouched zero pages are shared",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({
    replicaStarted(replica, touchedPages, mechanism) {
      mechanism.givePrivateCopy(replica, touchedPages);
    },
    pagesVerified(pages, replicas, mechanism) {
      const [first] = replicas;
      if (first !== undefined) mechanism.copyToCheckpoint(first, pages);
      for (const replica of replicas) mechanism.protect(replica, pages);
    },
  }),
};
