// Progress since a checkpoint: nothing, but for what a test says.
import type { CheckpointProgress } from "../../../core/index.ts";

export const progressOf = (some: Partial<CheckpointProgress>): CheckpointProgress => ({
  epochs: 1,
  steps: 0,
  ticks: 0,
  outputs: 0,
  outputBytes: 0,
  dirtyPages: 0,
  wallMs: 0,
  pauseMs: undefined,
  ...some,
});

/** As far as a run may get. */
export const FAR: CheckpointProgress = {
  epochs: 1e6,
  steps: 1e12,
  ticks: 1e12,
  outputs: 1e6,
  outputBytes: 1e9,
  dirtyPages: 1e6,
  wallMs: 1e9,
  pauseMs: 1,
};
