import { encodeVerdict } from "../../../core/integrity/encoded-verdict.ts";
import { describe, expect, it } from "vitest";
import { DoubleCheck } from "../../../core/coordinator/double-check.ts";
import {
  isAbsent,
  judgeDeath,
  judgePrimary,
  judgeTogether,
} from "../../../core/coordinator/judge-epoch.ts";
import type { Ballot } from "../../../core/index.ts";
import type { ReplicaHandle } from "../../../core/replica/replica-handle.ts";
import { ballotOf } from "./scripted-replicas.ts";

interface Stand extends Partial<ReplicaHandle> {
  readonly replica: number;
}

/** A replica that has voted up to an epoch. */
const voted = (replica: number, lastBallot: number, more: Partial<Ballot> = {}): ReplicaHandle => {
  const stand: Stand = {
    replica,
    lastBallot,
    ballot: (epoch) => (epoch <= lastBallot ? { ...ballotOf(epoch), ...more } : undefined),
  };
  return stand as ReplicaHandle;
};
const dead = (replica: number, lastBallot: number, more: object = {}): ReplicaHandle =>
  ({
    ...voted(replica, lastBallot),
    crash: "gone",
    ...more,
  }) as ReplicaHandle;

const together = (...handles: ReplicaHandle[]): ReturnType<typeof judgeTogether> =>
  judgeTogether(handles, 5, new DoubleCheck(), () => undefined);

describe("judgeTogether", () => {
  it("waits for all, and agrees when all claim the same", () => {
    const [early, late] = [voted(0, 5), voted(1, 4)];
    expect(together(early, late)).toEqual({ kind: "open", missing: [late], needed: 5 });
    const judgement = together(early, voted(1, 7));
    expect(judgement).toMatchObject({ kind: "agreed", ballot: ballotOf(5), copy: ballotOf(5) });
    expect(judgement).toMatchObject({ verdict: encodeVerdict(5, "agreed", "agreed") });
  });

  it("says what differs first", () => {
    expect(together(voted(0, 5), voted(1, 5, { steps: 7 }))).toEqual({
      kind: "diverged",
      signal: "ballots",
      detail: "steps 600 and 7",
    });
  });
});

describe("judgePrimary", () => {
  const judge = (primary: ReplicaHandle, backup: ReplicaHandle): ReturnType<typeof judgePrimary> =>
    judgePrimary([primary, backup], 5, 2);

  it("agrees with the primary, whatever the backup claims", () => {
    expect(judge(voted(0, 5), voted(1, 5, { steps: 7 }))).toMatchObject({
      kind: "agreed",
      ballot: ballotOf(5),
    });
  });

  it("lets the backup be behind, and not further than it may", () => {
    expect(judge(voted(0, 5), voted(1, 3)).kind).toBe("agreed");
    const behind = voted(1, 2);
    expect(judge(voted(0, 5), behind)).toEqual({ kind: "open", missing: [behind], needed: 3 });
  });

  it("waits for the primary, however far the backup is", () => {
    const primary = voted(0, 4);
    expect(judge(primary, voted(1, 6))).toEqual({ kind: "open", missing: [primary], needed: 5 });
  });

  it("needs no backup", () => {
    expect(judgePrimary([voted(0, 5)], 5, 0)).toMatchObject({ kind: "agreed" });
  });
});

describe("deaths", () => {
  it("count where the ballots end", () => {
    expect([4, 5, 6].map((epoch) => isAbsent(dead(0, 5), epoch))).toEqual([false, false, true]);
    expect(isAbsent(voted(0, 5), 6)).toBe(false);
  });

  it.each([
    [[dead(1, 4)], "crash"],
    [[dead(1, 4, { isSelfCheck: true })], "self-check"],
    [[dead(1, 4), dead(2, 4, { isHung: true })], "hang"],
  ])("are told by the first one (%#)", (handles, signal) => {
    expect(judgeDeath(handles)).toEqual({ kind: "diverged", signal, detail: "replica 1: gone" });
  });
});
