// When a silent replica counts as hung. The watchdog is about the guest's execution: the time that the host takes to
// start a replica, which may be long where many start or processors are busy, has an allowance of its own.

/** Wall milliseconds a replica may take to become ready, in addition to the watchdog's. */
export const START_ALLOWANCE_MS = 30_000;

/**
 * The watchdog's time, this often, is what replicas have that are all silent. Nobody has shown that the epoch can be
 * done in less, so the host may just be slow.
 */
export const SILENCE_FACTOR = 10;

/** Votes are looked for so many times in the watchdog's time: the first ones of an epoch wake nobody. */
const LOOKS = 4;

/** @returns the wall milliseconds after which to look at the latest, when a deadline is so far away. */
export function nextLookMs(remainingMs: number, watchdogMs: number): number {
  return Math.max(1, Math.min(remainingMs, watchdogMs / LOOKS));
}

/** What the watchdog needs to know of a replica. */
export interface Watched {
  /** Instant at which it became ready, in the coordinator's wall milliseconds; undefined until then. */
  readonly readyMs: number | undefined;
}

/** @returns the instant at which a replica that is silent since `sinceMs` counts as hung. */
export function deadlineMs(replica: Watched, sinceMs: number, watchdogMs: number): number {
  const { readyMs } = replica;
  if (readyMs === undefined) return sinceMs + START_ALLOWANCE_MS + watchdogMs;
  return Math.max(sinceMs, readyMs) + watchdogMs;
}
