// Checkpoint policies: when to stop the replicas and verify that they are identical, and how much of the past to keep.
import type { Provider } from "./provider.ts";

/** Progress since the newest checkpoint (power-on is the first one), at an agreed epoch boundary. */
export interface CheckpointProgress {
  readonly epochs: number;
  readonly steps: number;
  /** Virtual time, jumps included. */
  readonly ticks: number;
  readonly outputs: number;
  readonly outputBytes: number;
  /** Pages that the guest wrote. */
  readonly dirtyPages: number;
  /**
   * Wall milliseconds, and the mean pause of the last checkpoints (undefined before the first). Whoever looks at these
   * takes checkpoints at other epochs in each run; the guest does not notice, since checkpoints change no inputs.
   */
  readonly wallMs: number;
  readonly pauseMs: number | undefined;
}

export interface CheckpointPolicy {
  /** Asked once per agreed epoch. Must depend on its argument only. */
  shouldCheckpoint(progress: CheckpointProgress): boolean;
  /** Checkpoints kept, from 1 (the default) on: recovery goes back further where the newest one is of no use. */
  readonly generations?: number;
  /** Steps without a divergence after which a checkpoint counts as known-good; default 0: at once. */
  readonly cleanSteps?: number;
  /**
   * Written pages, by the ballot after which it is asked for, from which on they are held and compared while the replicas
   * run on. Fewer are compared while they stand still, as are all where this is Infinity, the default.
   */
  readonly heldFrom?: number;
  /** Held pages that are compared after each epoch, from 1 on; default 512. */
  readonly pagesPerEpoch?: number;
}

export interface CheckpointPolicyProvider extends Provider {
  readonly kind: "checkpoint";
  /**
   * It asks at the same epochs whatever a replica with a fault does before that is noticed: it looks at agreed history
   * alone, neither at dirty pages nor at wall time.
   */
  readonly isSteadyUnderFaults?: true;
  create(options: Readonly<Record<string, unknown>>): CheckpointPolicy;
}
