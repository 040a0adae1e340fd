// Refills that tell an observer of activities that they run, for profiles: a call from generated code then goes through
// TypeScript.
import type { ActivityObserver } from "../../../core/index.ts";
import { during } from "../../engine/during.ts";
import type { RefillImports } from "../../engine/interpreter-imports.ts";

/** @returns the refills themselves where nobody observes */
export function observedRefills(
  refills: RefillImports,
  activity: ActivityObserver | undefined,
): RefillImports {
  if (activity === undefined) return refills;
  return {
    refillRead: during(activity, "refill", refills.refillRead),
    refillWrite: during(activity, "refill", refills.refillWrite),
    refillFetch: during(activity, "refill", refills.refillFetch),
  };
}
