// What a replica is busy with, for profiles. Code that knows it tells an observer, which may look at the host's clock.
// DETERMINISM: nothing of what an observer finds reaches the guest; without a profile there is none.

export const ACTIVITIES = [
  "interpreter",
  "compiled",
  /** Decoding and compiling. */
  "translation",
  /** Translation of addresses and accesses that miss the TLB. */
  "refill",
  "devices",
  /** System instructions, traps and exact arithmetic. */
  "callouts",
  /** Everything else that a replica does in an epoch. */
  "other",
] as const;

export type Activity = (typeof ACTIVITIES)[number];

export interface ActivityObserver {
  /** @returns the activity that ends, for going back to it. */
  enter(activity: Activity): Activity;
}
