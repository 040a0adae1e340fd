// A replica's handle whose other end is the test.
import type { Ballot } from "../../../core/index.ts";
import { ReplicaHandle } from "../../../core/replica/replica-handle.ts";
import type { ReplicaOrder, ReplicaReport } from "../../../core/replica/replica-setup.ts";

export interface Observed {
  readonly handle: ReplicaHandle;
  readonly orders: ReplicaOrder[];
  readonly faults: number[];
  readonly changes: () => number;
  readonly isEnded: () => boolean;
  /** Ballots in its box, taken when they are looked for. */
  readonly box: Ballot[];
  readonly ballotBox: { damage?: string };
  /** Last epoch that its box says it voted on. */
  readonly voted: { epoch: number };
  /** What it left by the number of the state; a text is an error. */
  readonly stateBox: Map<number, Uint8Array | string>;
  report(report: ReplicaReport): void;
  vote(epoch: number): void;
}

export function observe(): Observed {
  const orders: ReplicaOrder[] = [];
  const faults: number[] = [];
  let changes = 0;
  let isEnded = false;
  const box: Ballot[] = [];
  const ballotBox: Observed["ballotBox"] = {};
  const voted = { epoch: -1 };
  const stateBox: Observed["stateBox"] = new Map();
  let report: (report: ReplicaReport) => void = () => {};
  const handle = new ReplicaHandle(
    3,
    (onReport) => {
      report = onReport;
      return {
        send: (order) => orders.push(order),
        takeBallots: () => {
          if (ballotBox.damage !== undefined) throw new RangeError(ballotBox.damage);
          return box.splice(0);
        },
        takeState: (number) => {
          const left = stateBox.get(number);
          if (typeof left === "string") throw new RangeError(left);
          return left;
        },
        standing: { hasVoted: (at) => voted.epoch >= at, sinceMs: () => 0, stoodMs: () => 0 },
        terminate: () => {
          isEnded = true;
          return Promise.resolve();
        },
      };
    },
    () => changes++,
    (fault) => faults.push(fault.id),
  );
  return {
    handle,
    orders,
    faults,
    changes: () => changes,
    isEnded: () => isEnded,
    box,
    ballotBox,
    voted,
    stateBox,
    report: (sent) => report(sent),
    vote: (number) => report({ kind: "ballot", ballot: ballotOf(number) }),
  };
}

export const ballotOf = (number: number): Ballot => ({
  epoch: number,
  steps: 0,
  isIdle: false,
  tick: 0,
  nextAlarmTick: Infinity,
  stop: undefined,
  outputs: [],
  registers: new Uint8Array(),
  dirtyPages: 0,
});
