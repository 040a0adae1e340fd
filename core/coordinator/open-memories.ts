// Allocates the memory of a run: the checkpoints' and, where replicas share it, theirs.
import process from "node:process";
import type { CheckpointPolicy } from "../api/checkpoint-policy.ts";
import type { PlacementPlan } from "../api/placement.ts";
import type { ByteRange } from "../api/platform.ts";
import type { ReplicationPlan } from "../api/replication.ts";
import { checkHostMemory } from "../memory/check-host-memory.ts";
import { FrameSharing } from "../memory/frame-sharing.ts";
import {
  allocateShared,
  planSeparateLayouts,
  planSharedLayout,
  type SharedLayout,
} from "../memory/shared-layout.ts";
import { RemoteMemories } from "../process/remote-memories.ts";
import { mostKept } from "./known-good-checkpoints.ts";
import type { ReplicaMemories } from "./replica-memories.ts";
import type { ReplicaSet } from "./replica-set.ts";
import { SharedMemories } from "./shared-memories.ts";

export interface MemoriesWanted {
  readonly plan: ReplicationPlan;
  readonly placement: PlacementPlan;
  readonly policy: CheckpointPolicy;
  readonly ramBytes: number;
  /** Of the processors of one replica, with what instruments need beside them. */
  readonly areaBytes: number;
  /** Of these, what need not be cleared for a new replica. */
  readonly scratch: ByteRange | undefined;
  /** Of the run; asked while it runs only. */
  readonly replicas: () => Pick<ReplicaSet, "find" | "quiesce">;
}

export interface OpenMemories {
  /** Frames of checkpoints, in the coordinator's memory. */
  readonly frames: FrameSharing;
  readonly shared: WebAssembly.Memory;
  readonly memories: ReplicaMemories;
  /** How the memory is divided that a replica runs in. */
  readonly layout: SharedLayout;
}

export function openMemories(wanted: MemoriesWanted): OpenMemories {
  return hasOwnMemories(wanted.placement) ? openSeparate(wanted) : openShared(wanted);
}

/** Whether replicas have memories of their own. */
export function hasOwnMemories({ mode }: PlacementPlan): boolean {
  return mode === "process" || mode === "host";
}

function openShared({ plan, policy, ramBytes, areaBytes, scratch }: MemoriesWanted): OpenMemories {
  const layout = planSharedLayout(ramBytes, areaBytes, plan.replicas + 1, mostKept(policy));
  checkHostMemory(layout, plan.replicas, process.availableMemory());
  const shared = allocateShared(layout);
  const frames = new FrameSharing(shared, layout, scratch);
  const memories = new SharedMemories({ frames, shared, layout });
  return { frames, shared, memories, layout };
}

/** Replicas have memories of their own. */
function openSeparate({
  plan,
  policy,
  ramBytes,
  areaBytes,
  replicas,
}: MemoriesWanted): OpenMemories {
  const layouts = planSeparateLayouts(ramBytes, areaBytes, mostKept(policy));
  const { checkpoints, replica: layout } = layouts;
  checkHostMemory(layout, plan.replicas, process.availableMemory(), plan.replicas + 1);
  const shared = allocateShared(checkpoints);
  const frames = new FrameSharing(shared, checkpoints);
  const memories = new RemoteMemories({
    frames,
    layout: checkpoints,
    handleOf: (replica) => replicas().find(replica),
    quiesce: (handles) => replicas().quiesce(handles),
  });
  return { frames, shared, memories, layout };
}
