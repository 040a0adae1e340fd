// Placement: on which core (fault domain) a replica runs.
import type { Provider } from "./provider.ts";

/**
 * A way to start replicas. `worker` runs each on a thread of its own; `inline` in the coordinator's thread; `process` in a
 * host process of its own, with memory that nobody else can touch; `host` in such processes on several machines.
 */
export interface PlacementPlan {
  readonly mode: "worker" | "inline" | "process" | "host";
  /** Cores (fault domains) that replicas are put on, at least as many as replicas; default: one more than those. */
  readonly cores?: number;
  /**
   * Host cores to which replicas are bound, by core; true for those that this process may use, in order. Default: the
   * host's scheduler decides. Not `inline`.
   */
  readonly bind?: true | readonly number[];
  /**
   * Delays every order and report by up to this many wall milliseconds, at random: perturbs the host's timing, which
   * must not show in any result. 0 for none.
   */
  readonly jitterMs: number;
  /** Pages, of those that nobody wrote, that are compared at each checkpoint; `process` and `host` only. Default: none. */
  readonly scrubPages?: number;
  /** The other machines; `host` only. */
  readonly hosts?: HostsSetup;
}

export interface HostSetup {
  /** Address and port. */
  readonly address: string;
  /** Cores there; 0 where the machine has a say in the lease only. */
  readonly cores: number;
}

/** Machines that run a virtual machine together with the coordinator's. */
export interface HostsSetup {
  /** Name of the virtual machine: of all runs with one name, one at a time may release outputs. */
  readonly vm: string;
  readonly hosts: readonly HostSetup[];
  /** Path of the key file. */
  readonly key: string;
  /** Cores of the coordinator's own machine; they come first. */
  readonly localCores: number;
  readonly leaseMs: number;
  /** Nothing heard for so long ends a connection. */
  readonly silenceMs: number;
  /** Wall milliseconds without the majority after which the run stops; 0 for never. */
  readonly giveUpMs: number;
  /** False: a lost machine is used again only when that is asked for. */
  readonly isReconnecting: boolean;
  /** Path of the socket at which that is asked for. */
  readonly control?: string;
}

export interface PlacementProvider extends Provider {
  readonly kind: "placement";
  create(options: Readonly<Record<string, unknown>>): PlacementPlan;
}
