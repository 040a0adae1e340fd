import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Ballot } from "../../../core/index.ts";
import { encodedBytes } from "../../../core/replica/ballot-codec.ts";
import { BallotBoxes } from "../../../core/replica/ballot-box.ts";

const ballot = (epoch: number, changes: Partial<Ballot> = {}): Ballot => ({
  epoch,
  steps: epoch * 100,
  isIdle: false,
  tick: epoch,
  nextAlarmTick: Infinity,
  stop: undefined,
  outputs: [],
  registers: Uint8Array.of(1, 2, 3),
  dirtyPages: 0,
  ...changes,
});

/** Words at the start of the first box. */
const WORD = { lastEpoch: 1, written: 2, notLastEpoch: 8 } as const;

const now = (): number => 7.5;

describe("ballot boxes", () => {
  let boxes: BallotBoxes;
  let voters: BallotBoxes;

  beforeEach(() => {
    boxes = BallotBoxes.create(3);
    voters = new BallotBoxes(boxes.shared);
    boxes.open(0);
    boxes.open(1);
  });

  it("give each ballot out once, in order, from the box it was left in", () => {
    voters.vote(0, ballot(0), now);
    voters.vote(1, ballot(7), now);
    voters.vote(0, ballot(1), now);
    expect(boxes.take(0)).toEqual([ballot(0), ballot(1)]);
    expect(boxes.take(0)).toEqual([]);
    expect(boxes.take(1)).toEqual([ballot(7)]);
  });

  it("refuse a ballot while they are full or when it is too long", () => {
    let left = 0;
    while (voters.vote(0, ballot(left), now)) left += 1;
    expect(boxes.take(0)).toHaveLength(left);
    expect(voters.vote(0, ballot(left), now)).toBe(true);
    const bytes = new Uint8Array(100_000);
    expect(voters.vote(1, ballot(0, { outputs: [{ channel: "a", bytes }] }), now)).toBe(false);
  });

  it("give nothing out of a box whose counters make no sense", () => {
    voters.vote(0, ballot(0), now);
    // A corrupted counter of ballots must not make the coordinator read for ever.
    const words = new Int32Array(boxes.shared, 0, WORD.written + 1);
    for (const wrong of [2 ** 30, -1, 9]) {
      words[WORD.written] = wrong;
      expect(() => boxes.take(0)).toThrow(RangeError);
    }
  });

  it("give out no ballot of which a bit changed, or that belongs in another place", () => {
    const length = 16 + encodedBytes(ballot(0));
    fc.assert(
      fc.property(fc.nat(length * 8 - 1), (bit) => {
        boxes.open(0);
        voters.vote(0, ballot(0), now);
        const [, ring] = boxes.state(0);
        const bytes = new Uint8Array(ring?.buffer ?? new ArrayBuffer(0), ring?.byteOffset);
        // Words from 12 on are unused.
        fc.pre(bit < 12 * 8 || bit >= 16 * 8);
        bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => boxes.take(0)).toThrow(RangeError);
      }),
    );
  });

  it("are taken for what they are where seals are not looked at", () => {
    const trusting = new BallotBoxes(boxes.shared, false);
    voters.vote(0, ballot(0, { steps: 100 }), now);
    const [, ring] = boxes.state(0);
    // Lowest byte of the steps.
    new DataView(ring?.buffer ?? new ArrayBuffer(0), ring?.byteOffset).setFloat64(24, 101, true);
    expect(trusting.take(0)).toEqual([ballot(0, { steps: 101 })]);
  });

  it("know the last of those that vote", () => {
    voters.vote(0, ballot(0), now);
    expect(voters.isLast(0)).toBe(false);
    voters.vote(1, ballot(0), now);
    expect(voters.isLast(0)).toBe(true);
    voters.vote(1, ballot(1), now);
    expect(voters.isLast(1)).toBe(false);
    voters.voted(0, 1, 8.5);
    expect([boxes.votedAtMs(0), boxes.votedAtMs(1)]).toEqual([8.5, 7.5]);
    expect(voters.isLast(1)).toBe(true);
  });

  it("tell who has voted on an epoch, whatever was read, and believe no damaged word", () => {
    expect([-1, 0].map((epoch) => boxes.hasVoted(0, epoch))).toEqual([true, false]);
    voters.vote(0, ballot(3), now);
    expect([3, 4].map((epoch) => boxes.hasVoted(0, epoch))).toEqual([true, false]);
    const words = new Int32Array(boxes.shared);
    for (const word of [WORD.lastEpoch, WORD.notLastEpoch]) {
      words[word]! ^= 8;
      expect([0, 3, 11].map((epoch) => boxes.hasVoted(0, epoch))).toEqual([false, false, false]);
      words[word]! ^= 8;
    }
    expect(boxes.hasVoted(0, 3)).toBe(true);
  });

  it("wait for no box that is closed, and for one that was opened again", () => {
    voters.vote(0, ballot(3), now);
    boxes.close(1);
    expect(voters.isLast(3)).toBe(true);
    boxes.open(1);
    expect(voters.isLast(3)).toBe(false);
  });

  it("are empty when they are opened again", () => {
    voters.vote(0, ballot(3), now);
    boxes.open(0);
    expect(boxes.take(0)).toEqual([]);
  });
});
