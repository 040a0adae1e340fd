// What a run was: the data behind the closing summary.
import type { DevicesBelowReport } from "../boundary/device-host.ts";
import type { FaultConfig } from "../api/config.ts";
import type { Release } from "../api/replication.ts";
import type {
  CheckpointTaken,
  FaultInjected,
  FaultNotReached,
  ManagerFaultFound,
  Recovered,
} from "../api/vmm.ts";
import type { FramesByOwner, MemorySample } from "./frame-accounts.ts";
import type { ReplicaProfile } from "../replica/profiler.ts";

export type StopReason =
  | "power-off"
  | "reset"
  | "guest-failure"
  | "step-limit"
  | "user"
  | "diverged"
  /** Too few hosts could be heard, for longer than it was to wait for them. */
  | "cut-off"
  /** Another coordinator has taken over. */
  | "fenced"
  | "idle-forever";

export interface RunStop {
  readonly reason: StopReason;
  /** The guest's own exit code; 0 where it gave none. */
  readonly exitCode: number;
  readonly detail?: string;
}

/** Nothing is recovered any more. */
export const isGivenUp = ({ reason }: RunStop): boolean =>
  reason === "diverged" || reason === "cut-off" || reason === "fenced";

export type DivergenceReport = Recovered;

/** What an instrument found in one replica. */
export interface InstrumentReport {
  readonly use: string;
  readonly replica: number;
  /** Steps since power-on that it saw: a witness starts at a checkpoint, and replicas run ahead of a limit of steps. */
  readonly fromStep: number;
  readonly toStep: number;
  readonly lines: readonly string[];
  readonly data: unknown;
}

/** Where the steps and the time of one replica went. */
export interface ProfileReport extends ReplicaProfile {
  readonly replica: number;
}

/** What was found out about a core. */
export interface CoreReport {
  readonly core: number;
  /** Recoveries after which it was blamed. */
  readonly blames: number;
  /** Diagnoses by their verdict. */
  readonly permanent: number;
  readonly intermittent: number;
  readonly transient: number;
  readonly unclear: number;
  readonly untried: number;
  /** Absent where it is in use, or could be. */
  readonly retired?: {
    readonly why: string;
    readonly epoch: number;
    readonly steps: number;
  };
}

export interface RecordingReport {
  /** Its directory. */
  readonly path: string;
  /** Why it ended before the run did. */
  readonly failure?: string;
}

export interface RunReport {
  readonly stop: RunStop;
  readonly wallMs: number;
  readonly steps: number;
  readonly epochs: number;
  readonly replicas: number;
  /** Host cores that replicas were bound to, by core; absent where the host's scheduler decided. */
  readonly hostCores?: readonly number[];
  /** Present where replicas execute in different ways. */
  readonly engines?: "diverse";
  /** Whose outputs left: those that all agreed on, or those of the primary, uncompared. */
  readonly release: Release;
  readonly outputsCommitted: number;
  readonly outputBytes: number;
  /** SHA-256 over what was released on each channel; equal for runs that a user could not tell apart. */
  readonly outputDigest?: string;
  readonly checkpoints: number;
  /** Checkpoints kept at the end, power-on included where it is one of them. */
  readonly checkpointsKept: number;
  readonly lastCheckpoint?: CheckpointTaken;
  /** 4 KiB frames by owner at the end. */
  readonly framesByOwner: FramesByOwner;
  /** Most frames in use at any checkpoint, right before pages were shared again, or at the end. */
  readonly peakFrames: number;
  /** Frames that are lost when all replicas are gone; anything but 0 is an error of ExtraVirt. */
  readonly framesLeaked: number;
  /** At checkpoints evenly spread over the run, some hundred at most, the last one included. */
  readonly memory: readonly MemorySample[];
  readonly divergences: readonly DivergenceReport[];
  /** By number. */
  readonly cores: readonly CoreReport[];
  /** By step, then by replica. */
  readonly faults: readonly FaultInjected[];
  /** What the coordinator found wrong with its own state; absent where it found nothing. */
  readonly managerFaults?: readonly ManagerFaultFound[];
  /** Bytes of state that exist only once, by kind, at the end; absent unless it was asked for. */
  readonly managerState?: Readonly<Record<string, number>>;
  /** Misdirected writes of faults that the borders between frames stopped. */
  readonly wildWritesStopped?: number;
  readonly faultsNotReached: readonly FaultNotReached[];
  /** What `faultArrivals` expanded to, reached or not; any of them repeats alone among `faults`. Absent without any. */
  readonly arrivals?: readonly FaultConfig[];
  /** Present with device models below the replicas. */
  readonly devicesBelow?: DevicesBelowReport;
  /** SHA-256 of the final state (registers, devices, memory), where it was asked for and the live replicas agree. */
  readonly finalState?: string;
  /** Absent where the run was not recorded. */
  readonly recording?: RecordingReport;
  /** From the first output of an epoch until all of them were released, by epoch; absent unless it was asked for. */
  readonly outputDelaysMs?: readonly number[];
  /** By replica, then in the order of the config; absent without instruments and profile. */
  readonly instrumentation?: readonly InstrumentReport[];
  readonly profile?: readonly ProfileReport[];
}
