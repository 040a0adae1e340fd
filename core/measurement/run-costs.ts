// What one run of a machine costs the host, and what happened when: plain data, sent between processes.
import type { MemorySample } from "../coordinator/frame-accounts.ts";
import type { RunStop } from "../coordinator/run-report.ts";

/** Something of a run that a timeline shows. */
export interface RunEvent {
  readonly kind:
    | "fault"
    | "divergence"
    | "replica"
    | "checkpoint"
    | "diagnosis"
    | "recovered"
    | "verified";
  /** Wall time since the replicas began. */
  readonly atMs: number;
  /** Steps of the guest that were agreed on by then. */
  readonly steps: number;
  /** For people. */
  readonly what: string;
}

export interface RunCosts {
  readonly stop: RunStop;
  readonly steps: number;
  readonly epochs: number;
  readonly replicas: number;
  readonly outputDigest: string;
  /** From the first epoch that was agreed on to the last: the guest running, without any start. */
  readonly wallMs: number;
  /** Of all threads of the process meanwhile; absent where replicas are processes of their own. */
  readonly cpuMs?: number;
  /** From all replicas being called to the first epoch agreed on. */
  readonly startMs: number;
  readonly checkpointPausesMs: readonly number[];
  readonly memory: readonly MemorySample[];
  /** Frames in use at the end, and most at any checkpoint or at the end. */
  readonly framesAtEnd: number;
  readonly peakFrames: number;
  readonly outputDelaysMs: readonly number[];
  readonly recoveries: readonly {
    readonly durationMs: number;
    readonly replayedSteps?: number;
  }[];
  /** Around faults and recoveries; without any there are none. */
  readonly events: readonly RunEvent[];
}
