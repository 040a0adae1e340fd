// A RunReport of a pair that powered off, with changes.
import type { RunReport } from "../../../core/coordinator/run-report.ts";

export function reportOf(changes: Partial<RunReport> = {}): RunReport {
  return {
    stop: { reason: "power-off", exitCode: 0 },
    wallMs: 2000,
    steps: 300_000_000,
    epochs: 300,
    replicas: 2,
    release: "agreed",
    outputsCommitted: 26,
    outputBytes: 1075,
    checkpoints: 3,
    checkpointsKept: 1,
    framesByOwner: { free: 100, checkpoint: 50, "replica 0": 4, "replica 1": 6 },
    peakFrames: 70,
    framesLeaked: 0,
    memory: [],
    divergences: [],
    cores: [],
    faults: [],
    faultsNotReached: [],
    ...changes,
  };
}
