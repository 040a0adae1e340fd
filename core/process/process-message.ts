// What goes over the wire between the coordinator and a replica's process, beside orders and reports.
import type { ReplicaOrder, ReplicaSetup } from "../replica/replica-setup.ts";
import type { PageContents } from "./memory-order.ts";

/** A setup as it travels: the memory is made where the replica is, and compiled code stays there. */
export type RemoteSetup = Omit<ReplicaSetup, "shared" | "code">;

export type ProcessOrder =
  /** First: plugins to load. A process may wait for the rest for long. */
  | { readonly kind: "prepare"; readonly plugins: readonly string[] }
  /** Which replica it is to be. */
  | { readonly kind: "assign"; readonly setup: RemoteSetup; readonly scrubPages: number }
  /** Pages of the checkpoint. */
  | ({ readonly kind: "load" } & PageContents)
  /** All of them are there: the machine is built, and reports. */
  | { readonly kind: "begin" }
  | ReplicaOrder;

/** Name, in the identity that a process gives of itself, of what it was started with. */
export const INCARNATION = "incarnation";

/** File descriptors of a process, beside the standard ones. */
export const DESCRIPTOR = { wire: 3, life: 4 } as const;
