// Rows that set the median time of one variant beside another's.
import type { Budget, Row } from "../row.ts";
import { median } from "../statistics.ts";

export interface Timed {
  readonly name: string;
  /** One per run. */
  readonly seconds: readonly number[];
}

/** @param budgetOf makes the budget from the ratio. */
export function compareTimes(
  id: string,
  mine: Timed,
  peer: Timed,
  budgetOf?: (ratio: number) => Budget,
): Row {
  const value = median(mine.seconds);
  const peerValue = median(peer.seconds);
  const ratio = value / peerValue;
  return {
    id,
    what: mine.name,
    value,
    unit: "s",
    samples: mine.seconds,
    peer: { name: peer.name, value: peerValue, samples: peer.seconds },
    ratio: { kind: "time", value: ratio },
    ...(budgetOf === undefined ? {} : { budget: budgetOf(ratio) }),
  };
}
