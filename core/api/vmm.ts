// The coordinator's face to plugins: hooks. They fire in the coordinator only and at most once per epoch each,
// so no tap can make replicas differ.
import type { AsyncSeriesHook, SyncBailHook, SyncHook, TypedHookMap } from "tapable";
import type { BoundaryPlan } from "./boundary.ts";
import type { CheckpointPolicy } from "./checkpoint-policy.ts";
import type { Config, FaultConfig } from "./config.ts";
import type { Output } from "./epoch.ts";
import type { CoreDiagnosed, CoreDiagnosis } from "./core-diagnosis.ts";
import type { Logger } from "./logger.ts";
import type { ManagerProtection } from "./manager-protection.ts";
import type { MemorySharing } from "./memory-sharing.ts";
import type { PlacementPlan } from "./placement.ts";
import type { SlotConfig } from "./provider.ts";
import type { Divergence, RecoveryOutcome, RecoveryStrategy } from "./recovery-strategy.ts";
import type { ReplicationPlan } from "./replication.ts";
import type { VotingPolicy } from "./voting-policy.ts";

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
  /** Wall time the replicas stood still, from the last one that came to do so until all could go on. */
  readonly pauseMs: number;
  /** Checkpoints kept from here on, this one and power-on included. */
  readonly generations: number;
  readonly framesByOwner: Readonly<Record<string, number>>;
}

export interface ReplicaStarted {
  readonly replica: number;
  readonly core: number;
  /** Number of its process on the host, where it has one of its own. */
  readonly pid?: number;
}

/** A checkpoint that recovery went behind: the one before it is the newest from then on. */
export interface CheckpointDemoted {
  /** The last one that it includes. */
  readonly epoch: number;
  readonly steps: number;
  /** For people. */
  readonly why: string;
}

export interface Recovered {
  readonly divergence: Divergence;
  readonly outcome: RecoveryOutcome;
  readonly durationMs: number;
  /** The last replay: the last epoch (-1 before power-on) of the checkpoint it started from, and how far it got. */
  readonly replay?: {
    readonly fromEpoch: number;
    readonly steps: number;
  };
  /** File about it, where incidents are written. */
  readonly incident?: string;
  /** In the order in which they were given up. */
  readonly demoted?: readonly CheckpointDemoted[];
  /** Cores of those that were blamed, in the order in which they were looked at; absent where none was. */
  readonly diagnoses?: readonly CoreDiagnosed[];
}

/** Nobody is put on this core any more. */
export interface CoreRetired {
  readonly core: number;
  /** For people. */
  readonly why: string;
  /** Where the replica went that ran there, if one did: the core of the one that took its place, or "nowhere". */
  readonly movedTo?: number | "nowhere";
}

export interface IncidentWritten {
  readonly path: string;
  readonly divergence: Divergence;
}

export interface FaultInjected {
  /** Place of the fault in the config's list; arrivals follow. */
  readonly fault: number;
  /** Absent where it struck the coordinator. */
  readonly replica?: number;
  /** Where that replica ran. */
  readonly core?: number;
  readonly step: number;
  readonly what: string;
  /** It struck an execution that was made to diagnose the core. */
  readonly isTrial?: true;
  /** It was a write astray that memory protection stopped. */
  readonly isStopped?: true;
  /** Its record: among `faults` of a config it repeats alone. */
  readonly record?: FaultConfig | undefined;
}

/** Something wrong in the coordinator's own state, found by one of its defences. */
export interface ManagerFaultFound {
  /** What is damaged: "log record of epoch 7". */
  readonly record: string;
  /** "stopped": nobody holds what it was. */
  readonly outcome: "repaired" | "stopped";
  /** How it was put right, or why it was not. */
  readonly how: string;
}

/** A fault of the config, or one occurrence of it in one replica, that never happened. */
export interface FaultNotReached {
  /** Place of the fault in the config's list. */
  readonly fault: number;
  readonly use: string;
  readonly at: number;
  /** One of the two or none, as in the config. */
  readonly replica?: number;
  readonly core?: number;
}

/** What is created in the coordinator for each kind of strategy. */
export interface Strategies {
  replication: ReplicationPlan;
  placement: PlacementPlan;
  "core-diagnosis": CoreDiagnosis;
  boundary: BoundaryPlan;
  "manager-protection": ManagerProtection;
  "memory-sharing": MemorySharing;
  checkpoint: CheckpointPolicy;
  voting: VotingPolicy;
  recovery: RecoveryStrategy;
}

export interface Vmm {
  readonly config: Config;
  readonly logger: Logger;
  readonly hooks: {
    /**
     * Before a strategy is created from its slot: the first answer is used instead of the provider's, so a plugin can
     * wrap or replace one without a name of its own. Kinds that run inside replicas have no such hook.
     */
    readonly create: TypedHookMap<{
      [K in keyof Strategies]: SyncBailHook<[SlotConfig], Strategies[K] | undefined>;
    }>;
    readonly started: SyncHook<[]>;
    readonly replicaStarted: SyncHook<[ReplicaStarted]>;
    readonly epochVerified: SyncHook<[EpochVerified]>;
    readonly outputCommitted: SyncHook<[epoch: number, outputs: readonly Output[]]>;
    readonly checkpointTaken: SyncHook<[CheckpointTaken]>;
    readonly checkpointDemoted: SyncHook<[CheckpointDemoted]>;
    readonly divergenceDetected: SyncHook<[Divergence]>;
    /** First answer wins: the name of another recovery provider for this divergence. */
    readonly chooseRecovery: SyncBailHook<[Divergence], string | undefined>;
    readonly recovered: SyncHook<[Recovered]>;
    /** After a recovery, for each core whose replica was blamed. */
    readonly coreDiagnosed: SyncHook<[CoreDiagnosed]>;
    readonly coreRetired: SyncHook<[CoreRetired]>;
    /** The file about a divergence is complete; only where incidents are written. */
    readonly incidentWritten: SyncHook<[IncidentWritten]>;
    readonly faultInjected: SyncHook<[FaultInjected]>;
    readonly managerFaultFound: SyncHook<[ManagerFaultFound]>;
    /** At the end, also of a run that could not begin. */
    readonly shutdown: AsyncSeriesHook<[]>;
  };
}
