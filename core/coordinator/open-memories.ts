// Allocates the memory of a run: checkpoints' and, where replicas share it, theirs.
import process from "node:process";
import type { CheckpointPolicy } from "../api/checkpoint-policy.ts";
import type { ReplicationPlan } from "../api/replication.ts";
import { checkHostMemory } from "../memory/check-host-memory.ts";
import { FrameSharing } from "../memory/frame-sharing.ts";
import { allocateShared, planSharedLayout, type SharedLayout } from "../memory/shared-layout.ts";
import { mostKept } from "./known-good-checkpoints.ts";
import type { ReplicaMemories } from "./replica-memories.ts";
import { SharedMemories } from "./shared-memories.ts";

export interface MemoriesWanted {
  readonly plan: ReplicationPlan;
  readonly policy: CheckpointPolicy;
  readonly ramBytes: number;
  /** Of the processors of one replica, with what instruments need beside them. */
  readonly areaBytes: number;
}

export interface OpenMemories {
  /** Frames of checkpoints, in the coordinator's memory. */
  readonly frames: FrameSharing;
  readonly shared: WebAssembly.Memory;
  readonly memories: ReplicaMemories;
  /** How the memory is divided that a replica runs in. */
  readonly layout: SharedLayout;
}

export function openMemories({ plan, policy, ramBytes, areaBytes }: MemoriesWanted): OpenMemories {
  const layout = planSharedLayout(ramBytes, areaBytes, plan.replicas + 1, mostKept(policy));
  checkHostMemory(layout, plan.replicas, process.availableMemory());
  const shared = allocateShared(layout);
  const frames = new FrameSharing(shared, layout);
  return {
    frames,
    shared,
    memories: new SharedMemories({ frames, shared, layout }),
    layout,
  };
}
