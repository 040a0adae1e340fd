// Replication: how many replicas run from the start and how epochs are cut.
import type { Provider, SlotConfig } from "./provider.ts";

export type Release = "agreed" | "primary";

export interface ReplicationPlan {
  /** Replicas from the start: 1 is a machine without replication. */
  readonly replicas: number;
  /** Replicas with which the run goes on where no core is left for more of them; default: all. */
  readonly leastReplicas?: number;
  /** Steps of an epoch. */
  readonly epochSteps: number;
  /** Epochs a replica may be ahead of the last agreed one, at least 1. */
  readonly runAheadEpochs: number;
  /** A replica that posts nothing for so long while others wait is taken for hung, in wall milliseconds. */
  readonly watchdogMs: number;
  /** "diverse": live replicas use every engine that there is, and no verdict rests on one alone; default: "same". */
  readonly engines?: "same" | "diverse";
  /** Code that one replica compiles serves the others, which check what it was compiled from. */
  readonly isCompiledCodeShared?: boolean;
  /**
   * Whose outputs are released: those that all replicas agreed on (default), or those of the primary, the oldest
   * replica, at once and uncompared.
   */
  readonly release?: Release;
  /** Under release "primary": epochs that the others may be behind the last one released; default 0. */
  readonly backupLagEpochs?: number;
  /** Instruments that the plan adds to those of the config. */
  readonly instruments?: readonly SlotConfig[];
  /** Absolute path of a recording that every run under this plan writes. */
  readonly recording?: string;
}

export interface ReplicationProvider extends Provider {
  readonly kind: "replication";
  create(options: Readonly<Record<string, unknown>>): ReplicationPlan;
}
