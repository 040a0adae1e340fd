// Manager protection: which defences the coordinator has against faults of its own, in state that exists only once.
// None of them changes what a run without such faults releases or ends in.
import type { Provider } from "./provider.ts";

/** The defences, each on or off. */
export interface ManagerProtection {
  /** Comparisons are evaluated twice, and replicas are equal only where both evaluations say so. */
  readonly doubleEvaluation: boolean;
}

export interface ManagerProtectionProvider extends Provider {
  readonly kind: "manager-protection";
  create(options: Readonly<Record<string, unknown>>): ManagerProtection;
}
