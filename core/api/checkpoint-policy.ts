// Checkpoint policies: when to stop the replicas and verify that they are identical.
import type { Provider } from "./provider.ts";

/** Progress since the last known-good checkpoint, at an agreed epoch boundary. */
export interface CheckpointProgress {
  readonly epochs: number;
  readonly steps: number;
  readonly ticks: number;
  readonly outputs: number;
}

export interface CheckpointPolicy {
  /** Asked once per agreed epoch. Must depend on its argument only. */
  shouldCheckpoint(progress: CheckpointProgress): boolean;
}

export interface CheckpointPolicyProvider extends Provider {
  readonly kind: "checkpoint";
  create(options: Readonly<Record<string, unknown>>): CheckpointPolicy;
}
