// A rehearsal of what happens at a checkpoint, on a machine of a few pages, while the workers start: the first real one
// then finds its code compiled. Without it that takes several times as long as the ones after it (bench: checkpoint).
import type { MemorySharing } from "../api/memory-sharing.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { FrameSharing } from "../memory/frame-sharing.ts";
import { ReplicaMemory } from "../memory/replica-memory.ts";
import { allocateShared, planSharedLayout } from "../memory/shared-layout.ts";
import { compareInTurns } from "./compare-memory.ts";

const PAGES = 256;
const ROUNDS = 16;
const REPLICAS = [0, 1];
/** How often what goes over all pages is done beside it: then V8 has compiled it with the better one of its compilers. */
const AGAIN = 40;

let isRehearsed = false;

/**
 * Once in a process; not where the host has no address space for it.
 * @param create makes a sharing strategy like the one that is going to be used
 */
export function rehearseCheckpoint(create: () => MemorySharing): void {
  if (isRehearsed) return;
  isRehearsed = true;
  try {
    rehearse(create());
  } catch (error) {
    const isRefused =
      error instanceof ExtravirtError && error.code === "XV_ERR_MEMORY_HOST_REFUSED";
    if (!isRefused) throw error;
  }
}

function rehearse(sharing: MemorySharing): void {
  const layout = planSharedLayout(PAGES * 4096, 4096, REPLICAS.length);
  const shared = allocateShared(layout);
  const frames = new FrameSharing(shared, layout);
  const memories = REPLICAS.map((replica) => {
    const memory = new ReplicaMemory(shared, layout, frames.addReplica(replica));
    sharing.replicaStarted(replica, frames.touchedPages(), frames);
    return memory;
  });
  for (let round = 1; round <= ROUNDS; round++) {
    for (const memory of memories) {
      for (let page = 0; page < PAGES; page++) memory.writeU32(page * 4096, round);
    }
    const pages = frames.dirtyPages(...REPLICAS);
    // In turns as it goes with many pages and with few.
    const isHeld = round % 2 === 0;
    if (isHeld) frames.beginCandidate(pages);
    const compared = isHeld ? frames.candidatePages : frames.livePages;
    compareInTurns([[REPLICAS], [REPLICAS.toReversed()]], pages, compared, shared);
    const handOver = (): void =>
      frames.pool.inBatch(() => {
        sharing.pagesVerified(pages, REPLICAS, frames);
        frames.endVerified();
      });
    handOver();
    for (let again = 0; again < (isHeld ? AGAIN : 0); again++) {
      frames.beginCandidate(pages);
      handOver();
    }
    for (const memory of memories) memory.remapped();
  }
}
