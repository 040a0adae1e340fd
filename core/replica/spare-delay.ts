// When one more worker or process is made ready for the next replica. Loading it competes with the replicas for the host's
// cores, so short runs do without. Where replicas were made after the first ones, more may be needed soon: to look at the
// core that was blamed, and after the next fault. They are loaded while the one before replays and the others stand still.

/**
 * @param started replicas so far
 * @returns wall milliseconds from the start of the last one; undefined for never
 */
export type SpareDelay = (started: number) => number | undefined;

const FIRST_DELAY_MS = 10_000;

/** @param replicas that a run begins with */
export const spareDelay =
  (replicas: number): SpareDelay =>
  (started) => {
    if (started > replicas) return 0;
    return replicas > 1 ? FIRST_DELAY_MS : undefined;
  };
