// Placement: on which core (fault domain) a replica runs.
import type { Provider } from "./provider.ts";

/**
 * A way to start replicas. `worker` runs each on a thread of its own; `inline` in the coordinator's thread; `process` in a
 * host process of its own, with memory that nobody else can touch.
 */
export interface PlacementPlan {
  readonly mode: "worker" | "inline" | "process";
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
  /** Pages, of those that nobody wrote, that are compared at each checkpoint; `process` only. Default: none. */
  readonly scrubPages?: number;
}

export interface PlacementProvider extends Provider {
  readonly kind: "placement";
  create(options: Readonly<Record<string, unknown>>): PlacementPlan;
}
