// Memory-sharing strategies that are wrong, each in one way, to show that the kit notices.
import type { MemorySharing, MemorySharingProvider } from "../../../core/index.ts";
import { PAGES } from "./sharing-model.ts";

const provider = (name: string, strategy: Partial<MemorySharing>): MemorySharingProvider => ({
  kind: "memory-sharing",
  name,
  summary: "Wrong on purpose",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({ replicaStarted() {}, pagesVerified() {}, ...strategy }),
});

export const brokenStrategies: readonly MemorySharingProvider[] = [
  provider("forgets-the-checkpoint", {
    pagesVerified(pages, replicas, mechanism) {
      for (const replica of replicas) {
        for (const page of pages) mechanism.protect(replica, [page]);
      }
    },
  }),
  provider("promotes-half-the-pages", {
    pagesVerified(pages, replicas, mechanism) {
      const [first, ...others] = replicas;
      for (const page of pages) {
        for (const replica of others) mechanism.shareWithCheckpoint(replica, [page]);
        if (first !== undefined && page % 2 === 0) mechanism.promote(first, [page]);
      }
    },
  }),
  provider("skips-the-last-page", {
    pagesVerified(pages, replicas, mechanism) {
      for (const page of pages.slice(0, -1)) {
        for (const replica of replicas) mechanism.copyToCheckpoint(replica, [page]);
      }
    },
  }),
  provider("resets-a-replica", {
    pagesVerified(pages, replicas, mechanism) {
      const [first] = replicas;
      for (const page of pages) {
        if (first === undefined) continue;
        mechanism.givePrivateCopy(first, [page]);
        mechanism.promote(first, [page]);
      }
    },
  }),
  provider("shares-what-nobody-compared", {
    pagesVerified(pages, replicas, mechanism) {
      const [first, ...others] = replicas;
      if (first !== undefined) mechanism.copyToCheckpoint(first, pages);
      for (const replica of others) mechanism.protect(replica, pages);
      const quiet = Array.from({ length: PAGES }, (_, page) => page).filter(
        (page) => !pages.includes(page),
      );
      for (const replica of replicas) mechanism.shareWithCheckpoint(replica, quiet);
    },
  }),
];
