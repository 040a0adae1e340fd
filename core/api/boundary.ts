// Boundary: which side of the replication layer the device models are on.
import type { Provider } from "./provider.ts";

/**
 * `inside`: every replica has device models of its own, and what they hand to the host is compared. `below`: there is one
 * set of them, in the coordinator; what replicas ask of it is compared, and what it answers enters all of them.
 */
export type BoundaryPlan =
  | { readonly devices: "inside" }
  | {
      readonly devices: "below";
      /** The state of the models lies under a seal between exchanges, by which a change from outside is undone. */
      readonly isStateSealed: boolean;
    };

export interface BoundaryProvider extends Provider {
  readonly kind: "boundary";
  create(options: Readonly<Record<string, unknown>>): BoundaryPlan;
}
