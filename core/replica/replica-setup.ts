// Everything a replica needs to exist, as plain data that can be posted to a worker.
import type { FaultConfig } from "../api/config.ts";
import type { Ballot, EpochRecord } from "../api/epoch.ts";
import type { MachineSetup } from "../machine/machine.ts";
import type { SharedLayout } from "../memory/shared-layout.ts";

export interface ReplicaSetup {
  /** Number of this replica, never used twice in a run. */
  readonly replica: number;
  readonly machine: MachineSetup;
  /** Plugin specifiers, imported again where the replica runs. */
  readonly plugins: readonly string[];
  readonly shared: WebAssembly.Memory;
  readonly layout: SharedLayout;
  readonly arena: number;
  /** Faults addressed to this replica. */
  readonly faults: readonly FaultConfig[];
  /** Machine state of the known-good checkpoint; undefined at power-on. */
  readonly state: Uint8Array | undefined;
}

/** Coordinator to replica. */
export type ReplicaOrder =
  | { readonly kind: "epoch"; readonly record: EpochRecord }
  | { readonly kind: "save" }
  /** Pages were remapped while the replica stood still. */
  | { readonly kind: "remapped" }
  | { readonly kind: "end" };

/** Replica to coordinator. */
export type ReplicaReport =
  | { readonly kind: "ready" }
  | { readonly kind: "ballot"; readonly ballot: Ballot }
  | { readonly kind: "state"; readonly state: Uint8Array }
  | { readonly kind: "fault"; readonly step: number; readonly what: string; readonly index: number }
  | { readonly kind: "crashed"; readonly message: string };
