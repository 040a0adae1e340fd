// The paper's strategy: pages that a checkpoint proved equal are merged again, so that at rest there is one copy.
// On request, pages that are rewritten in every interval are not: the first replica's frame becomes the checkpoint's as
// always, and the others keep theirs. Of the ways to keep a page private this costs least: one copy an interval (the
// first replica's next write), made by the replica while it runs, and one frame less than a copy for the checkpoint.
import type { MemorySharingProvider } from "../../core/index.ts";
import { RewrittenPages } from "./rewritten-pages.ts";

interface Options {
  readonly keepPrivateAfter: number;
  readonly mergeAfterQuiet: number;
}

export const mergeVerified: MemorySharingProvider = {
  kind: "memory-sharing",
  name: "merge-verified",
  summary: "Copy-on-write, and pages that a checkpoint proved equal are merged",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      keepPrivateAfter: {
        type: "integer",
        minimum: 0,
        maximum: 255,
        default: 0,
        description:
          "Intervals between checkpoints in a row in which a page was written, after which replicas keep it private; 0 for never",
      },
      mergeAfterQuiet: {
        type: "integer",
        minimum: 1,
        default: 4,
        description: "Intervals in a row without a write after which such a page is merged again",
      },
    },
  },
  create: (options) => {
    const { keepPrivateAfter = 0, mergeAfterQuiet = 4 } = options as Partial<Options>;
    const rewritten = new RewrittenPages(keepPrivateAfter, mergeAfterQuiet);
    return {
      replicaStarted() {},
      pagesVerified(pages, replicas, mechanism) {
        const { toMerge, toKeep, quiet } = rewritten.sort(pages);
        const [first, ...others] = replicas;
        if (first !== undefined) mechanism.promote(first, pages);
        for (const replica of others) {
          mechanism.shareWithCheckpoint(replica, toMerge);
          if (toKeep.length > 0) mechanism.protect(replica, toKeep);
        }
        // HOT: replicas stand still (bench: checkpoint pause).
        if (quiet.length === 0) return;
        // Nobody wrote these, so nobody compared them for long. A copy that a fault changed since stays where it is:
        // sharing it would hide the fault, and nobody knows which copy is right.
        const apart = new Set(
          replicas.flatMap((replica) => mechanism.pagesUnlikeCheckpoint(replica, quiet)),
        );
        rewritten.keep(apart);
        const proved = quiet.filter((page) => !apart.has(page));
        // Any of them may have some, since the first one need not be the one that was first when they were kept.
        for (const replica of replicas) mechanism.shareWithCheckpoint(replica, proved);
      },
    };
  },
};
