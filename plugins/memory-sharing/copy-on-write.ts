// Shares at the start, never again: pages written once stay private for ever.
// The checkpoint keeps the oldest replica's frame, so that replica copies again at its next write.
import type { MemorySharingProvider } from "../../core/index.ts";

export const copyOnWrite: MemorySharingProvider = {
  kind: "memory-sharing",
  name: "copy-on-write",
  summary: "Shared until first written, private from then on",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({
    replicaStarted() {},
    pagesVerified(pages, replicas, mechanism) {
      const [first, ...others] = replicas;
      if (first !== undefined) mechanism.promote(first, pages);
      for (const replica of others) mechanism.protect(replica, pages);
    },
  }),
};
