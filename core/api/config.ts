// A complete config: what the loader returns after `extends`, validation and defaults. Plain data, frozen,
// postable to a worker. Paths in it are absolute.
import type { CampaignConfig } from "./campaign.ts";
import type { SlotConfig } from "./provider.ts";

export interface DeviceConfig extends SlotConfig {
  /** Instance name; default: the model's name and a number. */
  readonly id?: string;
  /** Slot of the backend that serves it. */
  readonly backend?: SlotConfig;
}

/** A fault names the replicas that it hits or the core on which it happens, never both. */
export interface FaultConfig extends SlotConfig {
  /** Step before which it happens, counted since power-on. */
  readonly at: number;
  /** From 0; the first witness follows the last replica. Several suffer the same fault. */
  readonly replica?: number | readonly number[];
  /** A fault domain, from 0: whoever runs there when the guest reaches `at` is hit. */
  readonly core?: number;
  /** An intermittent fault: it happens several times. */
  readonly repeat?: FaultRepeat;
}

export interface FaultRepeat {
  readonly times: number;
  readonly everySteps: number;
}

export interface MachineConfig {
  readonly platform: SlotConfig;
  readonly harts: number;
  /** Bytes of guest RAM, a multiple of 4096. Configs may write "256 MiB". */
  readonly ramBytes: number;
  readonly boot: SlotConfig;
  readonly devices: readonly DeviceConfig[];
  readonly clock: {
    /** Steps per tick of virtual time (10 MHz): 100 makes a machine of 1,000 MIPS. */
    readonly stepsPerTick: number;
    /** "host" takes the host's clock at the start (logged), or an ISO 8601 instant. */
    readonly startTime: string;
  };
}

export interface RecordingConfig {
  /** A directory that does not exist yet or is empty. */
  readonly path: string;
  /** A snapshot is kept of the first known-good checkpoint after so many epochs; 0 for none. */
  readonly snapshotEveryEpochs: number;
}

export interface Config {
  /** Specifiers of plugins, resolved relative to the config that names them: absolute file URLs or package names. */
  readonly plugins: readonly string[];
  readonly machine: MachineConfig;
  /** Backend of the standard console. */
  readonly console: SlotConfig;
  readonly images?: SlotConfig;
  readonly replication: SlotConfig;
  readonly memorySharing: SlotConfig;
  readonly checkpoint: SlotConfig;
  readonly voting: SlotConfig;
  readonly recovery: SlotConfig;
  readonly placement: SlotConfig;
  /** What is found out about cores that were blamed; absent for nothing. */
  readonly coreDiagnosis?: SlotConfig;
  /** Which side of the replication layer device models are on. */
  readonly boundary: SlotConfig;
  /** Defences of the coordinator against faults of its own. */
  readonly managerProtection: SlotConfig;
  readonly faults: readonly FaultConfig[];
  /** What brings further faults; they become records like those of `faults` before the run. */
  readonly faultArrivals?: readonly SlotConfig[];
  /** Instruments, in the order in which they transform. */
  readonly instrumentation?: readonly SlotConfig[];
  /** Where steps and time go is measured and reported. */
  readonly profile?: boolean;
  /** Where the run is recorded; absent where it is not. */
  readonly recording?: RecordingConfig;
  /** Directory for a file per divergence; absent where none is written. */
  readonly incidents?: string;
  /** Present where the config says so, or a command of campaigns loaded it. */
  readonly campaign?: CampaignConfig;
  readonly log: { readonly level: "debug" | "info" | "warn" | "error" | "silent" };
  /** Ends a run that never ends by itself: steps (0 = no limit). */
  readonly limits: { readonly steps: number };
}

/** A slot as an author writes it: the provider's name, or a map; without `use` it changes options of the one below. */
export type SlotFile =
  | string
  | { readonly use?: string; readonly [option: string]: unknown }
  | null;

/** The section `campaign` as its author writes it. */
export interface CampaignFile extends Partial<
  Omit<CampaignConfig, "precision" | "sampling" | "store">
> {
  readonly precision?: { readonly halfWidth: number; readonly confidence?: number };
  readonly sampling?: SlotFile;
  readonly store?: SlotFile;
}

/**
 * A config file as its author writes it, for TypeScript configs: `export default { ... } satisfies ConfigFile`.
 * Everything may come from `extends` or from defaults; null goes back to the default.
 */
export interface ConfigFile {
  readonly extends?: string | readonly string[];
  readonly plugins?: readonly string[];
  readonly machine?: {
    readonly platform?: SlotFile;
    readonly harts?: number | null;
    /** "256 MiB", or bytes. */
    readonly ram?: string | number | null;
    readonly boot?: SlotFile;
    readonly devices?: readonly (string | (Record<string, unknown> & { readonly use: string }))[];
    readonly clock?: { readonly stepsPerTick?: number; readonly startTime?: string };
  };
  readonly console?: SlotFile;
  readonly images?: SlotFile;
  readonly replication?: SlotFile;
  readonly memorySharing?: SlotFile;
  readonly checkpoint?: SlotFile;
  readonly voting?: SlotFile;
  readonly recovery?: SlotFile;
  readonly placement?: SlotFile;
  readonly coreDiagnosis?: SlotFile;
  readonly boundary?: SlotFile;
  readonly managerProtection?: SlotFile;
  readonly faults?: readonly FaultConfig[];
  readonly faultArrivals?: readonly (
    | string
    | (Record<string, unknown> & { readonly use: string })
  )[];
  readonly instrumentation?: readonly (
    | string
    | (Record<string, unknown> & { readonly use: string })
  )[];
  readonly profile?: boolean;
  readonly recording?: {
    readonly path?: string;
    readonly snapshotEveryEpochs?: number | null;
  } | null;
  readonly incidents?: string | null;
  readonly campaign?: CampaignFile | null;
  readonly log?: Partial<Config["log"]>;
  readonly limits?: Partial<Config["limits"]>;
}
