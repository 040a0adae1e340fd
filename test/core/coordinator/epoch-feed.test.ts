import { describe, expect, it } from "vitest";
import { EpochFeed } from "../../../core/coordinator/epoch-feed.ts";
import { WaitingInputs } from "../../../core/coordinator/waiting-inputs.ts";
import { EpochLog } from "../../../core/coordinator/epoch-log.ts";
import type { EpochRecord, Input } from "../../../core/index.ts";
import { ballotOf } from "./scripted-replicas.ts";

interface Fed {
  readonly feed: EpochFeed;
  readonly log: EpochLog;
  readonly granted: EpochRecord[];
  /** A byte comes in. */
  readonly type: (byte: number) => void;
}

function feedOf(runAheadEpochs: number, isInteractive = false): Fed {
  const log = new EpochLog();
  const granted: EpochRecord[] = [];
  const inputs: Input[] = [];
  const feed = new EpochFeed({
    plan: { epochSteps: 100, runAheadEpochs },
    log,
    commit: {
      get hasInputs() {
        return inputs.length > 0;
      },
      isInteractive,
      inputs: new WaitingInputs(),
      takeInputs: () => inputs.splice(0),
    },
    replicas: { grant: (record) => granted.push(record) },
  });
  const type = (byte: number): void => {
    inputs.push({ channel: "console", bytes: Uint8Array.of(byte) });
  };
  return { feed, log, granted, type };
}

const numbersOf = (records: readonly EpochRecord[]): number[] => records.map(({ epoch }) => epoch);

describe("EpochFeed", () => {
  it("freezes as far as the window allows, and sends what is frozen", () => {
    const { feed, granted } = feedOf(3);
    expect(feed.freeze(undefined)).toBeUndefined();
    expect([feed.sent, granted]).toEqual([-1, []]);
    feed.send();
    expect([feed.sent, numbersOf(granted)]).toEqual([2, [0, 1, 2]]);
    feed.freeze(ballotOf(0));
    feed.send();
    expect(numbersOf(granted)).toEqual([0, 1, 2, 3]);
  });

  it("sends nothing twice", () => {
    const { feed, granted } = feedOf(2);
    feed.freeze(undefined);
    feed.send();
    feed.send();
    expect(numbersOf(granted)).toEqual([0, 1]);
  });

  it.each([
    ["at once", (_epoch: number): boolean => true],
    ["when a checkpoint at every third epoch is over", (epoch: number): boolean => epoch % 3 === 0],
  ])("has inputs enter at the same epochs, sent %s", (_when, isSent) => {
    const { feed, granted, type } = feedOf(2);
    feed.freeze(undefined);
    feed.send();
    for (let epoch = 0; epoch <= 9; epoch++) {
      if (epoch === 1 || epoch === 4) type(epoch);
      feed.freeze(ballotOf(epoch));
      if (isSent(epoch)) feed.send();
    }
    expect(
      granted.flatMap(({ epoch, inputs }) => inputs.map(({ bytes }) => [epoch, bytes[0]])),
    ).toEqual([
      [3, 1],
      [6, 4],
    ]);
  });

  it("counts what is held back neither as sent nor as part of a replay", () => {
    const { feed, log } = feedOf(2);
    feed.freeze(undefined);
    feed.send();
    feed.freeze(ballotOf(0));
    feed.freeze(ballotOf(1));
    expect([feed.sent, numbersOf(feed.sentAfter(-1)), numbersOf(log.records)]).toEqual([
      1,
      [0, 1],
      [0, 1, 2, 3],
    ]);
    log.trim(1);
    expect(feed.sentAfter(1)).toEqual([]);
    feed.send();
    expect(numbersOf(feed.sentAfter(1))).toEqual([2, 3]);
  });

  it("says when the guest can go on no more, and how long an interactive one has to wait", () => {
    const idle = { ...ballotOf(0), isIdle: true };
    const stuck = feedOf(2);
    stuck.feed.freeze(undefined);
    expect(stuck.feed.freeze(idle)).toEqual({ kind: "stuck" });
    const waiting = feedOf(1, true);
    waiting.feed.freeze(undefined);
    const obstacle = waiting.feed.freeze({ ...idle, nextAlarmTick: 1e12 });
    expect(obstacle).toMatchObject({ kind: "wait" });
    waiting.type(1);
    expect(waiting.feed.freeze({ ...idle, nextAlarmTick: 1e12 })).toBeUndefined();
    expect(numbersOf(waiting.log.records)).toEqual([0, 1]);
  });
});
