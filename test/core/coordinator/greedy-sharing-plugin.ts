// A memory-sharing strategy whose every checkpoint needs the frames of the oldest one that is kept.
import { API_VERSION, type MemorySharingProvider, type Plugin } from "../../../core/index.ts";
import type { FrameSharing } from "../../../core/memory/frame-sharing.ts";
import { mergeVerified } from "../../../plugins/memory-sharing/merge-verified.ts";

const greedy: MemorySharingProvider = {
  kind: "memory-sharing",
  name: "greedy",
  summary: "For tests: takes frames of older checkpoints",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => {
    const sharing = mergeVerified.create({});
    return {
      ...sharing,
      pagesVerified(pages, replicas, mechanism) {
        sharing.pagesVerified(pages, replicas, mechanism);
        const frames = mechanism as FrameSharing;
        if (frames.generationCount > 2) frames.dropOldestGeneration();
      },
    };
  },
};

const plugin: Plugin = {
  name: "greedy-sharing",
  apiVersion: API_VERSION,
  provide(registry) {
    registry.register(greedy);
  },
};

export default plugin;
