// The first step after which two machines that execute the same log differ for good, by halving the interval.
import type { EpochRecord } from "../api/epoch.ts";
import type { Place, TwinReplay } from "./twin-replay.ts";

/**
 * Leaves the twins right before that step. A difference that heals before the end of the log is passed over.
 * @param onEnd called where the log ends, or the faulty machine does
 * @returns false when they do not differ at the end of the log
 */
export function findFirstDifference(
  twins: TwinReplay,
  records: readonly EpochRecord[],
  onEnd: () => void = () => {},
): boolean {
  let lastAlike: Place = twins.place;
  let isDifferent = false;
  while (twins.place.index < records.length && twins.ended === undefined) {
    twins.advance({ index: twins.place.index + 1, offset: 0 });
    isDifferent = twins.isDifferent();
    if (isDifferent) continue;
    lastAlike = twins.place;
    twins.settle();
  }
  onEnd();
  if (!isDifferent) return false;
  const { index } = lastAlike;
  let alike = lastAlike.offset;
  let different = records[index]?.steps ?? 0;
  twins.rewind();
  while (different - alike > 1) {
    const middle = Math.floor((alike + different) / 2);
    twins.advance({ index, offset: middle });
    if (twins.isDifferent()) different = middle;
    else {
      alike = middle;
      if (twins.settle()) continue;
    }
    twins.rewind();
  }
  twins.advance({ index, offset: alike });
  return true;
}
