// The coordinator's face to plugins: hooks. They fire in the coordinator only and at most once per epoch each,
// so no tap can make replicas differ.
import type { AsyncSeriesHook, SyncBailHook, SyncHook } from "tapable";
import type { Config } from "./config.ts";
import type { Output } from "./epoch.ts";
import type { Logger } from "./logger.ts";
import type { Divergence, RecoveryOutcome } from "./recovery-strategy.ts";

export interface EpochVerified {
  readonly epoch: number;
  readonly steps: number;
  readonly isIdle: boolean;
  readonly outputs: number;
}

export interface CheckpointTaken {
  readonly epoch: number;
  readonly steps: number;
  readonly dirtyPages: number;
  /** Wall time the replicas stood still. */
  readonly pauseMs: number;
  readonly framesByOwner: Readonly<Record<string, number>>;
}

export interface Recovered {
  readonly divergence: Divergence;
  readonly outcome: RecoveryOutcome;
  readonly durationMs: number;
}

export interface FaultInjected {
  readonly replica: number;
  readonly step: number;
  readonly what: string;
}

export interface Vmm {
  readonly config: Config;
  readonly logger: Logger;
  readonly hooks: {
    readonly started: SyncHook<[]>;
    readonly epochVerified: SyncHook<[EpochVerified]>;
    readonly outputCommitted: SyncHook<[epoch: number, outputs: readonly Output[]]>;
    readonly checkpointTaken: SyncHook<[CheckpointTaken]>;
    readonly divergenceDetected: SyncHook<[Divergence]>;
    /** First answer wins: the name of another recovery provider for this divergence. */
    readonly chooseRecovery: SyncBailHook<[Divergence], string | undefined>;
    readonly recovered: SyncHook<[Recovered]>;
    readonly faultInjected: SyncHook<[FaultInjected]>;
    readonly shutdown: AsyncSeriesHook<[]>;
  };
}
