import { beforeEach, describe, expect, it } from "vitest";
import type { Ballot } from "../../../core/index.ts";
import { BallotBoxes } from "../../../core/replica/ballot-box.ts";
import type { ReplicaReport } from "../../../core/replica/replica-setup.ts";
import { ReportPort } from "../../../core/replica/report-port.ts";

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
  let messages: unknown[];
  let first: ReportPort;
  let second: ReportPort;

  beforeEach(() => {
    boxes = BallotBoxes.create(2);
    messages = [];
    const port = { postMessage: (message: unknown): void => void messages.push(message) };
    for (const box of [0, 1]) boxes.open(box);
    first = new ReportPort(port, { boxes, box: 0 });
    second = new ReportPort(port, { boxes, box: 1 });
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

  it("sends all ballots as messages where there are no boxes", () => {
    const plain = new ReportPort(
      { postMessage: (message: unknown): void => void messages.push(message) },
      undefined,
    );
    plain.post(report(0));
    expect(messages).toEqual([report(0)]);
  });
});
