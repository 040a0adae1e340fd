import { beforeEach, describe, expect, it } from "vitest";
import type { Ballot } from "../../../core/index.ts";
import { BallotBoxes } from "../../../core/replica/ballot-box.ts";
import type { ReplicaReport } from "../../../core/replica/replica-setup.ts";
import { ReportPort } from "../../../core/replica/report-port.ts";
import { StateBoxes } from "../../../core/replica/state-box.ts";

const report = (epoch: number): ReplicaReport & { readonly kind: "ballot" } => {
  const ballot: Ballot = {
    epoch,
    steps: 1,
    isIdle: false,
    tick: 0,
    nextAlarmTick: 0,
    stop: undefined,
    outputs: [],
    registers: new Uint8Array(8),
    dirtyPages: 0,
  };
  return { kind: "ballot", ballot };
};
const FAULT: ReplicaReport = { kind: "fault", step: 1, what: "a bit", id: 0 };

describe("ReportPort", () => {
  let boxes: BallotBoxes;
  let states: StateBoxes;
  let messages: unknown[];
  let isSaveNext: boolean;
  let nowMs: number;
  let first: ReportPort;
  let second: ReportPort;

  beforeEach(() => {
    boxes = BallotBoxes.create(2);
    states = StateBoxes.create(2);
    messages = [];
    const port = { postMessage: (message: unknown): void => void messages.push(message) };
    for (const box of [0, 1]) boxes.open(box);
    nowMs = 1234.5;
    const now = (): number => nowMs;
    first = new ReportPort(
      port,
      { ballots: boxes, states, box: 0 },
      { isSaveNext: () => false, now },
    );
    isSaveNext = false;
    second = new ReportPort(
      port,
      { ballots: boxes, states, box: 1 },
      { isSaveNext: () => isSaveNext, now },
    );
  });

  it("wakes the coordinator for the last vote of an epoch only", () => {
    first.post(report(0));
    first.post(report(1));
    expect(messages).toEqual([]);
    second.post(report(0));
    expect(messages).toEqual([{ kind: "voted" }]);
    expect(boxes.take(0)).toEqual([report(0).ballot, report(1).ballot]);
    expect(boxes.take(1)).toEqual([report(0).ballot]);
  });

  it("waits for nobody who is only starting before it tells that it left its state", () => {
    const starting = 1;
    boxes.open(starting);
    first.post(report(3));
    first.post(STATE);
    expect(messages).toEqual([{ kind: "saved", number: 1 }]);
  });

  it("tells when it came to vote", () => {
    first.post(report(0));
    expect([boxes.votedAtMs(0), boxes.votedAtMs(1)]).toEqual([1234.5, 0]);
  });

  it("tells how long it stood still until it had left its state", () => {
    first.stands();
    nowMs += 0.25;
    first.post(STATE);
    expect([boxes.stoodMs(0), boxes.stoodMs(1)]).toEqual([0.25, 0]);
    nowMs += 1;
    first.post(STATE);
    expect(boxes.stoodMs(0)).toBe(0.25);
    first.stands();
    nowMs += 0.5;
    first.post({ kind: "state", state: new Uint8Array(100_000) });
    expect(boxes.stoodMs(0)).toBe(0.5);
    boxes.open(0);
    expect(boxes.stoodMs(0)).toBe(0);
  });

  it("sends the ballot after a fault as a message, so that the fault is heard first", () => {
    first.post(FAULT);
    first.post(report(0));
    expect(messages).toEqual([FAULT, report(0)]);
    second.post(report(0));
    expect(messages.at(-1)).toEqual({ kind: "voted" });
    first.post(report(1));
    expect(boxes.take(0)).toEqual([report(1).ballot]);
  });

  it("sends as a message what does not fit into the box", () => {
    let epoch = 0;
    while (messages.length === 0) first.post(report(epoch++));
    expect(messages).toEqual([report(epoch - 1)]);
  });

  const STATE = { kind: "state", state: Uint8Array.of(1) } as const;

  it("leaves states in its box, and wakes the coordinator for the last one only", () => {
    first.post(report(0));
    second.post(report(0));
    first.post(report(1));
    first.post(STATE);
    expect(messages).toEqual([{ kind: "voted" }]);
    second.post(report(1));
    second.post(STATE);
    expect(messages.slice(1)).toEqual([{ kind: "voted" }, { kind: "saved", number: 1 }]);
    expect([states.take(0, 1), states.take(1, 1)]).toEqual([STATE.state, STATE.state]);
  });

  it("wakes the coordinator once where it leaves its state right after the last vote", () => {
    first.post(report(0));
    isSaveNext = true;
    second.post(report(0));
    expect(messages).toEqual([]);
    second.post(STATE);
    expect(messages).toEqual([{ kind: "saved", number: 1 }]);
  });

  it("wakes the coordinator for the state of who was slower to leave it than the last to vote", () => {
    first.post(report(0));
    second.post(report(0));
    second.post(STATE);
    first.post(STATE);
    expect(messages.at(-1)).toEqual({ kind: "saved", number: 1 });
    expect(messages).toHaveLength(3);
  });

  it("sends as a message a state that does not fit, and counts it", () => {
    const long = { kind: "state", state: new Uint8Array(100_000) } as const;
    first.post(long);
    expect(messages).toEqual([long]);
    first.post({ kind: "state", state: Uint8Array.of(2) });
    expect(states.take(0, 2)).toEqual(Uint8Array.of(2));
  });

  it("sends everything as messages where there are no boxes", () => {
    const plain = new ReportPort(
      { postMessage: (message: unknown): void => void messages.push(message) },
      undefined,
      { isSaveNext: () => false, now: () => 0 },
    );
    const state = { kind: "state", state: Uint8Array.of(1) } as const;
    plain.post(report(0));
    plain.post(state);
    expect(messages).toEqual([report(0), state]);
  });
});
