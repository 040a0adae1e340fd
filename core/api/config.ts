// A complete config: what the loader returns after `extends`, validation and defaults. Plain data, frozen,
// postable to a worker. Paths in it are absolute.
import type { SlotConfig } from "./provider.ts";

export interface DeviceConfig extends SlotConfig {
  /** Instance name; default: the model's name and a number. */
  readonly id?: string;
  /** Slot of the backend that serves it. */
  readonly backend?: SlotConfig;
}

export interface FaultConfig extends SlotConfig {
  readonly replica: number;
  /** Step before which it happens, counted since power-on. */
  readonly at: number;
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
  readonly faults: readonly FaultConfig[];
  readonly log: { readonly level: "debug" | "info" | "warn" | "error" | "silent" };
  /** Ends a run that never ends by itself: steps (0 = no limit). */
  readonly limits: { readonly steps: number };
}
