// Rows that set the median time of one variant beside another's.
import type { Budget, RatioKind, Row } from "../row.ts";
import { median } from "../statistics.ts";

export interface Timed {
  readonly name: string;
  /** One per run. */
  readonly seconds: readonly number[];
}

type BudgetOf = (ratio: number) => Budget;

/** Time over time: less is better. @param budgetOf makes the budget from the ratio. */
export function compareTimes(id: string, mine: Timed, peer?: Timed, budgetOf?: BudgetOf): Row {
  if (peer === undefined) return timeRow(id, mine);
  return compare(id, mine, peer, "time", budgetOf);
}

/** Speed over speed, which is the peer's time over ours: more is better. */
export function compareSpeeds(id: string, mine: Timed, peer: Timed, budgetOf?: BudgetOf): Row {
  return compare(id, mine, peer, "speed", budgetOf);
}

function compare(
  id: string,
  mine: Timed,
  peer: Timed,
  kind: RatioKind,
  budgetOf: BudgetOf | undefined,
): Row {
  const row = timeRow(id, mine);
  const peerValue = median(peer.seconds);
  const ratio = kind === "speed" ? peerValue / row.value : row.value / peerValue;
  return {
    ...row,
    peer: { name: peer.name, value: peerValue, samples: peer.seconds },
    ratio: { kind, value: ratio },
    ...(budgetOf === undefined ? {} : { budget: budgetOf(ratio) }),
  };
}

function timeRow(id: string, { name, seconds }: Timed): Row {
  return { id, what: name, value: median(seconds), unit: "s", samples: seconds };
}
