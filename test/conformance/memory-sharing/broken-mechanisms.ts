// Memory-sharing strategies over a mechanism that breaks a rule below them: they show that the kit's accounting and
// write-protection invariants can fail.
import type { MemorySharingProvider, SharingMechanism } from "../../../core/index.ts";
import type { FrameSharing } from "../../../core/memory/frame-sharing.ts";
import { OWNER } from "../../../core/memory/shared-layout.ts";

type Sabotage = (frames: FrameSharing, replica: number, page: number) => void;

/** Merges verified pages properly, then does one thing it must not do. */
const sabotaged = (name: string, sabotage: Sabotage): MemorySharingProvider => ({
  kind: "memory-sharing",
  name,
  summary: "Wrong on purpose",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({
    replicaStarted() {},
    pagesVerified(pages, replicas, mechanism: SharingMechanism) {
      const [first, ...others] = replicas;
      for (const page of pages) {
        if (first === undefined) continue;
        mechanism.promote(first, [page]);
        for (const replica of others) mechanism.shareWithCheckpoint(replica, [page]);
        sabotage(mechanism as FrameSharing, first, page);
      }
    },
  }),
});

export const sabotagedStrategies: readonly MemorySharingProvider[] = [
  sabotaged("leaks-a-frame", (frames, replica) => {
    frames.pool.allocate(frames.ownerOf(replica));
  }),
  sabotaged("frees-a-frame-in-use", (frames, replica, page) => {
    frames.pool.release(frameOf(frames, replica, page));
  }),
  sabotaged("gives-the-checkpoint-away", (frames, replica, page) => {
    const frame = frameOf(frames, replica, page);
    if (frame !== 0) frames.pool.setOwner(frame, OWNER.firstReplica);
  }),
];

const frameOf = (frames: FrameSharing, replica: number, page: number): number =>
  (frames.offsetIn(replica, page) - frames.pool.offsetOf(0)) / 4096;
