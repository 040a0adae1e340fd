import { describe, expect, it } from "vitest";
import type { Ballot } from "../../../core/index.ts";
import {
  KnownGoodCheckpoints,
  mostKept,
} from "../../../core/coordinator/known-good-checkpoints.ts";
import { IntegrityBreach, IntegrityWatch } from "../../../core/integrity/integrity-watch.ts";
import { ballotOf } from "./scripted-replicas.ts";

const START_MS = 5000;
const output = { channel: "uart0", bytes: Uint8Array.of(65, 66, 67) };
const at = (epoch: number, steps: number, tick = 0, outputs = 0, dirtyPages = 0): Ballot => ({
  ...ballotOf(epoch),
  steps,
  tick,
  outputs: Array.from({ length: outputs }, () => output),
  dirtyPages,
});

/** Agrees on an epoch of a hundred steps and takes a checkpoint there. @returns how many of the older ones are dropped */
function takeAt(checkpoints: KnownGoodCheckpoints, epoch: number): number {
  const ballot = at(epoch, (epoch + 1) * 100);
  checkpoints.advance(ballot, START_MS);
  const { count } = checkpoints;
  checkpoints.take(Uint8Array.of(epoch), checkpoints.place(ballot, START_MS), 1);
  return count + 1 - checkpoints.count;
}

describe("known-good checkpoints", () => {
  it("begin with power-on", () => {
    const checkpoints = new KnownGoodCheckpoints({}, START_MS);
    expect(checkpoints).toMatchObject({ state: undefined, epoch: -1, taken: 0, count: 1 });
    expect(checkpoints).toMatchObject({ oldestEpoch: -1, isNewestClean: true, hasRoom: true });
    expect(checkpoints.demote()).toBe(false);
  });

  it("measure progress since power-on", () => {
    const checkpoints = new KnownGoodCheckpoints({}, START_MS);
    expect(checkpoints.advance(at(0, 100, 10, 2, 7), 5003)).toEqual({
      epochs: 1,
      steps: 100,
      ticks: 10,
      outputs: 2,
      outputBytes: 6,
      dirtyPages: 7,
      wallMs: 3,
      pauseMs: undefined,
    });
    const second = checkpoints.advance(at(1, 150, 90, 1, 9), 5010);
    expect(second).toMatchObject({ epochs: 2, steps: 150, ticks: 90, outputs: 3, outputBytes: 9 });
    expect(second).toMatchObject({ dirtyPages: 9, wallMs: 10 });
  });

  it("measure it from the newest one on", () => {
    const checkpoints = new KnownGoodCheckpoints({}, START_MS);
    checkpoints.advance(at(0, 100, 10, 2), 5003);
    checkpoints.take(Uint8Array.of(1), checkpoints.place(at(0, 100, 10, 2), 5005), 2);
    expect(checkpoints).toMatchObject({ state: Uint8Array.of(1), epoch: 0, taken: 1 });
    expect(checkpoints.advance(at(1, 130, 12), 5009)).toMatchObject({
      epochs: 1,
      steps: 30,
      ticks: 2,
      outputs: 0,
      outputBytes: 0,
      wallMs: 4,
      pauseMs: 2,
    });
  });

  it("tell the mean of the last eight pauses", () => {
    const checkpoints = new KnownGoodCheckpoints({}, START_MS);
    for (let pause = 1; pause <= 10; pause++) {
      checkpoints.take(
        Uint8Array.of(1),
        checkpoints.place(at(pause, 100 * pause), START_MS),
        pause,
      );
    }
    // (3 + 4 + ... + 10) / 8
    expect(checkpoints.advance(at(11, 1100), START_MS).pauseMs).toBe(6.5);
  });

  it("are one, the newest, unless more are asked for", () => {
    const checkpoints = new KnownGoodCheckpoints({}, START_MS);
    expect(takeAt(checkpoints, 3)).toBe(1);
    expect(checkpoints).toMatchObject({ count: 1, epoch: 3, oldestEpoch: 3 });
  });

  it("are kept in as many generations as are asked for, power-on included", () => {
    const checkpoints = new KnownGoodCheckpoints({ generations: 3 }, START_MS);
    expect([1, 3, 5, 7].map((epoch) => takeAt(checkpoints, epoch))).toEqual([0, 0, 1, 1]);
    expect(checkpoints).toMatchObject({ count: 3, epoch: 7, oldestEpoch: 3, taken: 4 });
  });

  it("go back by one when the newest is demoted, and progress with them", () => {
    const checkpoints = new KnownGoodCheckpoints({ generations: 3 }, START_MS);
    for (const epoch of [1, 3, 5]) takeAt(checkpoints, epoch);
    expect(checkpoints.demote()).toBe(true);
    expect(checkpoints).toMatchObject({ epoch: 3, state: Uint8Array.of(3), count: 2, taken: 3 });
    expect(checkpoints.advance(at(6, 700), START_MS)).toMatchObject({ epochs: 3, steps: 300 });
    expect(checkpoints.demote()).toBe(true);
    expect(checkpoints).toMatchObject({ epoch: 1, oldestEpoch: 1 });
    expect(checkpoints.demote()).toBe(false);
  });

  it("count as known-good only after so many clean steps", () => {
    const checkpoints = new KnownGoodCheckpoints({ generations: 2, cleanSteps: 250 }, START_MS);
    takeAt(checkpoints, 1);
    expect(checkpoints.isNewestClean).toBe(false);
    checkpoints.advance(at(3, 449), START_MS);
    expect(checkpoints.isNewestClean).toBe(false);
    checkpoints.advance(at(4, 450), START_MS);
    expect(checkpoints.isNewestClean).toBe(true);
  });

  it("keep the last that is known-good besides newer ones that are not, and take no more", () => {
    const checkpoints = new KnownGoodCheckpoints({ generations: 2, cleanSteps: 1000 }, START_MS);
    expect(takeAt(checkpoints, 1)).toBe(0);
    expect(checkpoints.hasRoom).toBe(true);
    expect(takeAt(checkpoints, 2)).toBe(0);
    expect(checkpoints).toMatchObject({ count: 3, oldestEpoch: -1, hasRoom: false });
    checkpoints.advance(at(11, 1199), START_MS);
    expect(checkpoints.hasRoom).toBe(false);
    // The first one was taken after 200 steps.
    checkpoints.advance(at(11, 1200), START_MS);
    expect(checkpoints.hasRoom).toBe(true);
    expect(takeAt(checkpoints, 11)).toBe(1);
    expect(checkpoints).toMatchObject({ count: 3, oldestEpoch: 1, epoch: 11 });
  });

  it("are given up from the oldest on when their memory was needed elsewhere", () => {
    const checkpoints = new KnownGoodCheckpoints({ generations: 3 }, START_MS);
    for (const epoch of [1, 3, 5]) takeAt(checkpoints, epoch);
    checkpoints.keepAtMost(3);
    expect(checkpoints).toMatchObject({ count: 3, oldestEpoch: 1 });
    checkpoints.keepAtMost(1);
    expect(checkpoints).toMatchObject({ count: 1, oldestEpoch: 5, epoch: 5, steps: 600 });
  });

  it("write over the last one only where one is kept and trusted at once", () => {
    const areOlderKept = (keeping: object): boolean =>
      new KnownGoodCheckpoints(keeping, START_MS).areOlderKept;
    expect([{}, { generations: 2 }, { cleanSteps: 1 }].map(areOlderKept)).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("are at most one more than wanted, where they take time to be trusted", () => {
    expect(mostKept({})).toBe(1);
    expect(mostKept({ generations: 4 })).toBe(4);
    expect(mostKept({ generations: 4, cleanSteps: 10 })).toBe(5);
  });

  it("take no second one while the only one is young", () => {
    const checkpoints = new KnownGoodCheckpoints({ cleanSteps: 1000 }, START_MS);
    expect(takeAt(checkpoints, 1)).toBe(0);
    expect(checkpoints).toMatchObject({ count: 2, hasRoom: false });
    checkpoints.advance(at(20, 2100), START_MS);
    expect(checkpoints.hasRoom).toBe(true);
    expect(takeAt(checkpoints, 21)).toBe(1);
    expect(checkpoints).toMatchObject({ count: 2, oldestEpoch: 1, hasRoom: false });
  });

  it("have their records and states put right from second copies", () => {
    const watch = new IntegrityWatch();
    const checkpoints = new KnownGoodCheckpoints({}, START_MS, watch);
    const ballot = at(3, 400);
    const place = checkpoints.place(ballot, START_MS);
    checkpoints.take(Uint8Array.of(1, 2), place, 1, Uint8Array.of(1, 2));
    const [generation] = checkpoints.own.kept;
    generation?.state.parts.first?.fill(0);
    Object.assign(generation?.mark.parts.first ?? {}, { steps: 401 });
    expect(checkpoints).toMatchObject({ state: Uint8Array.of(1, 2), steps: 400 });
    generation?.state.parts.second?.fill(0);
    checkpoints.scrub();
    expect(checkpoints.state).toEqual(Uint8Array.of(1, 2));
    expect(watch.found.map(({ record }) => record)).toEqual([
      "record of a checkpoint",
      "machine state of the checkpoint after epoch 3",
      "machine state of the checkpoint after epoch 3",
    ]);
    generation?.state.parts.first?.fill(0);
    generation?.state.parts.second?.fill(1);
    expect(() => checkpoints.state).toThrow(IntegrityBreach);
  });

  it("are not taken of two states that are not equal any more", () => {
    const checkpoints = new KnownGoodCheckpoints({}, START_MS);
    const place = checkpoints.place(at(3, 400), START_MS);
    expect(() => checkpoints.take(Uint8Array.of(1, 2), place, 1, Uint8Array.of(1, 3))).toThrow(
      IntegrityBreach,
    );
    expect(checkpoints.count).toBe(1);
  });

  it("are taken for what they are where nothing is sealed", () => {
    const checkpoints = new KnownGoodCheckpoints({}, START_MS, "unwatched");
    takeAt(checkpoints, 3);
    checkpoints.own.kept[0]?.state.parts.first?.fill(0);
    expect(checkpoints.state).toEqual(Uint8Array.of(0));
  });
});
