// Tells an observer of activities when a function runs.
import type { Activity, ActivityObserver } from "../../core/index.ts";

/** @returns the function itself where nobody observes */
export function during<P extends readonly unknown[], R>(
  observer: ActivityObserver | undefined,
  activity: Activity,
  action: (...parameters: P) => R,
): (...parameters: P) => R {
  if (observer === undefined) return action;
  return (...parameters) => {
    const before = observer.enter(activity);
    try {
      return action(...parameters);
    } finally {
      observer.enter(before);
    }
  };
}
