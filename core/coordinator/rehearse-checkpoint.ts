// A rehearsal of what happens at a checkpoint, on a machine of a few pages, while the workers start: the first real one
// then finds its code compiled. Without it that takes several times as long as the ones after it (bench: checkpoint).
import type { MemorySharing } from "../api/memory-sharing.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { IntegrityWatch } from "../integrity/integrity-watch.ts";
import { FrameSharing } from "../memory/frame-sharing.ts";
import { ReplicaMemory } from "../memory/replica-memory.ts";
import { allocateShared, planSharedLayout } from "../memory/shared-layout.ts";
import { ReplicaHandle } from "../replica/replica-handle.ts";
import type { ReplicaLink } from "../replica/replica-link.ts";
import { CheckpointTaker } from "./checkpoint-taker.ts";
import { compareInTurns } from "./compare-memory.ts";
import { DoubleCheck } from "./double-check.ts";
import { FrameAccounts } from "./frame-accounts.ts";
import { createHooks } from "./hooks.ts";
import { KnownGoodCheckpoints } from "./known-good-checkpoints.ts";
import { type Boundary, RunPosition } from "./run-position.ts";
import { SharedMemories } from "./shared-memories.ts";

const PAGES = 256;
const ROUNDS = 16;
/** Of few pages, so often that what is done once a checkpoint is compiled as well. */
const SMALL_ROUNDS = 100;
const SMALL_PAGES = 4;
const REPLICAS = [0, 1];
/** Twice as many frames as these would need, so that all pages may be held. */
const ARENAS = 6;
/** How often what goes over all pages is done beside it: then V8 has compiled it with the better one of its compilers. */
const AGAIN = 40;

const ALL_PAGES = Array.from({ length: PAGES }, (_, page) => page);
/** About as many as a machine's. */
const STATE_BYTES = 4096;

let isRehearsed = false;

/**
 * Once in a process; not where the host has no address space for it.
 * @param create makes a sharing strategy like the one that is going to be used
 * @returns checkpoints that were taken of pages held
 */
export async function rehearseCheckpoint(create: () => MemorySharing): Promise<number> {
  if (isRehearsed) return 0;
  isRehearsed = true;
  try {
    return await rehearse(create());
  } catch (error) {
    const isRefused =
      error instanceof ExtravirtError && error.code === "XV_ERR_MEMORY_HOST_REFUSED";
    if (!isRefused) throw error;
    return 0;
  }
}

async function rehearse(sharing: MemorySharing): Promise<number> {
  const layout = planSharedLayout(PAGES * 4096, 4096, ARENAS);
  const shared = allocateShared(layout);
  const frames = new FrameSharing(shared, layout);
  const replicas = REPLICAS.map((replica) => {
    const memory = new ReplicaMemory(shared, layout, frames.addReplica(replica));
    sharing.replicaStarted(replica, frames.touchedPages(), frames);
    return memory;
  });
  const taker = takerOf(sharing, frames, new SharedMemories({ frames, shared, layout }), replicas);
  const write = (value: number, pages = PAGES): void => {
    for (const memory of replicas) {
      for (let page = 0; page < pages; page++) memory.writeU32(page * 4096, value);
    }
  };
  let taken = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    write(round);
    // In turns as it goes with many pages and with few.
    if (round % 2 !== 0) compareAtOnce(sharing, frames, shared);
    else if (await takeHeld(taker, round, PAGES)) taken++;
  }
  for (let round = ROUNDS + 1; round <= SMALL_ROUNDS; round++) {
    write(round, SMALL_PAGES);
    if (await takeHeld(taker, round, SMALL_PAGES)) taken++;
  }
  for (let again = 0; again < AGAIN; again++) {
    write(again);
    frames.holdPages();
    frames.adoptHeld();
    handOver(sharing, frames, ALL_PAGES);
  }
  return taken;
}

async function takeHeld(taker: CheckpointTaker, round: number, pages: number): Promise<boolean> {
  const boundary: Boundary = {
    epoch: round,
    steps: round,
    isIdle: false,
    tick: round,
    nextAlarmTick: Infinity,
  };
  const isHeld = taker.holdAhead(round, { dirtyPages: pages });
  await taker.adopt(boundary);
  taker.compareSome(true);
  return isHeld && taker.completeEarly(() => ({}));
}

function compareAtOnce(
  sharing: MemorySharing,
  frames: FrameSharing,
  shared: WebAssembly.Memory,
): void {
  const pages = frames.dirtyPages(...REPLICAS);
  compareInTurns([[REPLICAS], [REPLICAS.toReversed()]], pages, frames.livePages, shared);
  handOver(sharing, frames, pages);
}

function handOver(sharing: MemorySharing, frames: FrameSharing, pages: readonly number[]): void {
  frames.pool.inBatch(() => {
    sharing.pagesVerified(pages, REPLICAS, frames);
    frames.endVerified();
  });
}

function takerOf(
  sharing: MemorySharing,
  frames: FrameSharing,
  memories: SharedMemories,
  replicas: readonly ReplicaMemory[],
): CheckpointTaker {
  const state = new Uint8Array(STATE_BYTES);
  const all = replicas.map((memory, replica) => {
    const start = (onReport: Parameters<typeof linkTo>[2]): ReplicaLink =>
      linkTo(memory, state, onReport);
    return new ReplicaHandle(
      replica,
      start,
      () => {},
      () => {},
    );
  });
  return new CheckpointTaker({
    vmm: { hooks: createHooks() },
    replicas: {
      all,
      alive: all,
      numbers: [...REPLICAS],
      awaitStates: () => Promise.resolve(),
      quiesce: () => Promise.resolve(),
      saveStates: () => Promise.resolve([]),
    },
    memories,
    check: new DoubleCheck(),
    frames,
    sharing,
    policy: { heldFrom: 0 },
    faults: { checkpointTaken() {}, visit() {} },
    accounts: new FrameAccounts(frames, memories, { numbers: REPLICAS }),
    checkpoints: new KnownGoodCheckpoints({}, 0),
    log: { trim() {} },
    position: new RunPosition(new IntegrityWatch()),
  });
}

function linkTo(
  memory: ReplicaMemory,
  state: Uint8Array,
  onReport: (report: { readonly kind: "state"; readonly state: Uint8Array }) => void,
): ReplicaLink {
  return {
    send: (order) => {
      if (order.kind === "remapped") memory.remapped();
      if (order.kind !== "hold") return;
      memory.hold(order.most);
      onReport({ kind: "state", state });
    },
    terminate: () => Promise.resolve(),
  };
}
