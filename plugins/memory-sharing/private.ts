// No sharing: every replica and the checkpoint hold frames of their own. The baseline for space.
import type { MemorySharingProvider } from "../../core/index.ts";

export const privateMemory: MemorySharingProvider = {
  kind: "memory-sharing",
  name: "private",
  summary: "Every replica has memory of its own; only untouched zero pages are shared",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({
    replicaStarted(replica, touchedPages, mechanism) {
      for (const page of touchedPages) mechanism.givePrivateCopy(replica, page);
    },
    pagesVerified(pages, replicas, mechanism) {
      const [first] = replicas;
      for (const page of pages) {
        if (first !== undefined) mechanism.copyToCheckpoint(first, page);
        for (const replica of replicas) mechanism.protect(replica, page);
      }
    },
  }),
};
