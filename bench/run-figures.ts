// What one run of a machine is asked for and what it answers, as JSON between the benchmark and `run-one.ts`.

export interface RunJob {
  /** A config as in a file; relative paths start from the working directory. */
  readonly config: object;
}

export interface CheckpointFigures {
  readonly steps: number;
  readonly dirtyPages: number;
  readonly pauseMs: number;
  /** Frames in use when the replicas were let go again. */
  readonly frames: number;
}

export interface RecoveryFigures {
  /** From the divergence until the replicas go on. */
  readonly durationMs: number;
  /** Wall time and steps between the last checkpoint (or power-on) and the divergence: what is replayed. */
  readonly intervalMs: number;
  readonly intervalSteps: number;
}

export interface RunFigures {
  readonly steps: number;
  /** From all workers being created to the first agreed epoch. */
  readonly startMs: number;
  /** From the first agreed epoch to the last: the guest running, without any start. */
  readonly running: {
    readonly steps: number;
    readonly wallSeconds: number;
    /** Of all threads of the process. */
    readonly cpuSeconds: number;
  };
  readonly checkpoints: readonly CheckpointFigures[];
  readonly recoveries: readonly RecoveryFigures[];
  /** Frames in use when the run ended, and most at any checkpoint or at the end. */
  readonly framesAtEnd: number;
  readonly peakFrames: number;
}
