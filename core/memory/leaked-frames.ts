// Audits the pool when all replicas are gone: whatever is not free has to be the checkpoint's, and read by it.
import type { FrameSharing } from "./frame-sharing.ts";
import { OWNER, type SharedLayout } from "./shared-layout.ts";

/** @returns frames that nobody needs and nobody can have again; anything but 0 is an error of the core */
export function leakedFrames(frames: FrameSharing, layout: SharedLayout): number {
  const counts = { free: 0, checkpoint: 0, older: 0, replicas: 0 };
  for (let frame = 1; frame < layout.frameCount; frame++) {
    const owner = frames.pool.ownerOf(frame);
    if (owner === OWNER.free) counts.free++;
    else if (owner === OWNER.checkpoint) counts.checkpoint++;
    else if (owner === OWNER.olderCheckpoints) counts.older++;
    else counts.replicas++;
  }
  const read = new Set<number>();
  for (const page of frames.touchedPages()) read.add(frames.checkpointOffset(page));
  const older = frames.generationCount > 1 ? 0 : counts.older;
  return counts.replicas + older + (counts.checkpoint - read.size);
}
