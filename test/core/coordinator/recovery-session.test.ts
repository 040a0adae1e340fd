import { describe, expect, it } from "vitest";
import { diverge, oneWrong, WRONG } from "./diverged-replicas.ts";
import { ballotOf, type Script } from "./scripted-replicas.ts";

describe("runWitness", () => {
  it("replays the log from the checkpoint in a new replica and votes where they diverged", async () => {
    const seen: number[] = [];
    const { session, setups } = await diverge({
      epoch: (replica, record, memory) => {
        if (replica === 2) seen.push(record.epoch);
        return oneWrong.epoch?.(replica, record, memory) ?? {};
      },
    });
    expect(await session.runWitness()).toEqual({
      replica: 2,
      verdict: { kind: "outvoted", winners: [0, 2], losers: [1] },
    });
    expect(seen).toEqual([3, 4]);
    expect(setups.at(-1)?.state).toEqual(Uint8Array.of(77));
  });

  it("is undecided when the witness says something third", async () => {
    const { session } = await diverge({
      epoch: (replica, record) => (record.epoch === 4 ? { registers: Uint8Array.of(replica) } : {}),
    });
    expect((await session.runWitness()).verdict).toEqual({ kind: "undecided" });
  });

  it("knows a witness that claims what an earlier one of no use did", async () => {
    const { session } = await diverge({
      // Both of a pair are wrong, each in its own way; whoever replays is right.
      epoch: (replica, record) =>
        record.epoch === 4 ? { registers: Uint8Array.of(Math.min(replica, 2)) } : {},
    });
    const first = await session.runWitness();
    expect(first).toEqual({ replica: 2, verdict: { kind: "undecided" } });
    await session.discard(first.replica);
    expect(await session.runWitness()).toEqual({
      replica: 3,
      verdict: { kind: "undecided" },
      isRepeated: true,
    });
  });

  it("does not believe a witness that contradicts what was agreed on, whatever it says later", async () => {
    const { session } = await diverge({
      epoch: (replica, record, memory) =>
        replica === 2 && record.epoch === 3
          ? WRONG
          : (oneWrong.epoch?.(replica, record, memory) ?? {}),
    });
    expect((await session.runWitness()).verdict).toEqual({ kind: "undecided" });
  });

  it("is undecided when the witness dies", async () => {
    const { session } = await diverge({
      epoch: (replica, record, memory) =>
        replica === 2 ? "crash" : (oneWrong.epoch?.(replica, record, memory) ?? {}),
    });
    expect((await session.runWitness()).verdict).toEqual({ kind: "undecided" });
  });

  it("lets witness and survivor outvote a dead replica", async () => {
    const { session } = await diverge(
      { epoch: (replica, record) => (replica === 0 && record.epoch === 4 ? "crash" : {}) },
      { signal: "crash" },
    );
    expect((await session.runWitness()).verdict).toEqual({
      kind: "outvoted",
      winners: [1, 2],
      losers: [0],
    });
  });

  it("votes on states when they diverged at a checkpoint", async () => {
    const { session } = await diverge(
      { state: (replica) => Uint8Array.of(replica === 0 ? 1 : 0) },
      { signal: "state" },
    );
    expect((await session.runWitness()).verdict).toEqual({
      kind: "outvoted",
      winners: [1, 2],
      losers: [0],
    });
  });

  it("votes on states when one died between epochs", async () => {
    const { session, set } = await diverge({}, { signal: "crash", epoch: 5 });
    set.all[1]?.declareHung();
    expect((await session.runWitness()).verdict).toEqual({
      kind: "outvoted",
      winners: [0, 2],
      losers: [1],
    });
  });
});

describe("vote", () => {
  it("asks those that live, and starts nobody", async () => {
    const { session, setups } = await diverge(oneWrong, {}, 3);
    expect(await session.vote()).toEqual({ kind: "outvoted", winners: [0, 2], losers: [1] });
    expect(setups).toHaveLength(3);
  });

  it("misses who was given up in an earlier attempt", async () => {
    const { session } = await diverge(oneWrong, {}, 3);
    await session.discard(1);
    expect(await session.vote()).toEqual({ kind: "outvoted", winners: [0, 2], losers: [1] });
  });

  it("counts the dead as absent", async () => {
    const { session } = await diverge(
      { epoch: (replica, record) => (replica === 2 && record.epoch === 4 ? "crash" : {}) },
      { signal: "crash" },
      3,
    );
    expect(await session.vote()).toEqual({ kind: "outvoted", winners: [0, 1], losers: [2] });
  });

  it("is undecided between two, and agreed when nothing differs after all", async () => {
    expect(await (await diverge(oneWrong)).session.vote()).toEqual({ kind: "undecided" });
    expect(await (await diverge({})).session.vote()).toEqual({ kind: "agreed" });
  });
});

describe("replace", () => {
  it("takes a witness in without a loser, when it agrees in full", async () => {
    const { session, set } = await diverge({}, {}, 2);
    await session.runWitness();
    expect(await session.replace([], 2)).toBe(true);
    expect(set.numbers).toEqual([0, 1, 2]);
  });

  it("gives the losers up and keeps winner and witness", async () => {
    const { session, set, ended } = await diverge(oneWrong);
    await session.runWitness();
    expect(await session.replace([1], 2)).toBe(true);
    expect([set.numbers, ended]).toEqual([[0, 2], [1]]);
  });

  it("gives the dead up as well", async () => {
    const { session, set } = await diverge(
      { epoch: (replica) => (replica === 0 ? "crash" : {}) },
      { signal: "crash" },
    );
    await session.runWitness();
    expect(await session.replace([0], 2)).toBe(true);
    expect(set.numbers).toEqual([1, 2]);
  });

  it("replaces nothing when winner and witness differ where ballots do not look", async () => {
    const { session, set } = await diverge({
      epoch: (replica, record, memory) => {
        if (replica === 2) memory.writeU8(4096, 1);
        return oneWrong.epoch?.(replica, record, memory) ?? {};
      },
    });
    await session.runWitness();
    expect(await session.replace([1], 2)).toBe(false);
    expect(set.numbers).toEqual([0, 1, 2]);
  });

  it("replaces nothing by a witness that has nobody to agree with", async () => {
    const { session, set } = await diverge(oneWrong);
    await session.runWitness();
    expect(await session.replace([0, 1], 2)).toBe(false);
    expect(await session.replace([2], 2)).toBe(false);
    expect(set.numbers).toEqual([0, 1, 2]);
  });
});

describe("repair", () => {
  /** Replica 1 writes what the others don't, not what they do, and has another state and other registers. */
  const onePatient: Script = {
    epoch: (replica, record, memory) => {
      memory.writeU8(2 * 4096, 1);
      if (replica === 1) for (const page of [3, 4]) memory.writeU8(page * 4096, 9);
      else memory.writeU8(4 * 4096 + 1, 2);
      return replica === 1 && record.epoch === 4 ? WRONG : {};
    },
    state: (replica) => Uint8Array.of(replica === 1 ? 9 : 5),
  };

  it("gives a loser the pages in which it differs, and state and claims of those that agree", async () => {
    const { session, set, frames, restored } = await diverge(onePatient, {}, 3);
    const counts = (replica: number): unknown =>
      frames.pool.countByOwner()[frames.ownerOf(replica)];
    expect(await session.repair([1])).toBe(2);
    expect(restored).toEqual([[1, Uint8Array.of(5)]]);
    expect(set.all.map((handle) => handle.ballot(4))).toEqual([0, 1, 2].map(() => ballotOf(4)));
    expect(set.numbers).toEqual([0, 1, 2]);
    expect(frames.dirtyPages(1)).toEqual(frames.dirtyPages(0));
    expect(counts(1)).toBe(counts(0));
  });

  it("takes a witness for the second that agrees", async () => {
    const { session, set, frames } = await diverge(onePatient);
    await session.runWitness();
    expect(await session.repair([1])).toBe(2);
    expect(set.numbers).toEqual([0, 1, 2]);
    expect(frames.livePages.firstDifference([0, 1, 2], [2, 3, 4])).toBe(3);
  });

  it("works where states were found different at a checkpoint", async () => {
    const { session, log } = await diverge(
      { state: (replica) => Uint8Array.of(replica === 2 ? 9 : 5) },
      { signal: "state" },
      3,
    );
    log.agree(ballotOf(4), true);
    expect(await session.repair([2])).toBe(0);
  });

  it.each<[string, Script, readonly number[], number]>([
    ["there is nobody beside the winner", onePatient, [1], 2],
    [
      "the others differ where ballots do not look",
      { ...onePatient, state: (replica) => Uint8Array.of(replica) },
      [1],
      3,
    ],
    [
      "the others claim different things of an epoch that is still to be agreed on",
      {
        epoch: (replica, { epoch: number }) =>
          number === 4 ? { registers: Uint8Array.of(replica) } : {},
      },
      [1],
      3,
    ],
    [
      "the loser is dead",
      { epoch: (replica, { epoch: number }) => (replica === 1 && number === 4 ? "crash" : {}) },
      [1],
      3,
    ],
  ])("touches nobody when %s", async (_why, script, losers, count) => {
    const { session, set, restored } = await diverge(script, {}, count);
    expect(await session.repair(losers)).toBeUndefined();
    expect([restored, set.all]).toMatchObject([[], { length: count }]);
  });

  it("gives a loser up that dies of it", async () => {
    const { session, set } = await diverge(
      {
        ...onePatient,
        state: (replica) => (replica === 1 ? "crash" : Uint8Array.of(5)),
        restore: "crash",
      },
      {},
      3,
    );
    expect(await session.repair([1])).toBeUndefined();
    expect(set.numbers).toEqual([0, 2]);
  });
});

describe("addReplica", () => {
  it("takes in a replay that agrees with all", async () => {
    const { session, set } = await diverge({});
    expect(await session.addReplica()).toBe("added");
    expect(set.numbers).toEqual([0, 1, 2]);
  });

  it.each<[string, Script, string]>([
    ["dies", { epoch: (replica) => (replica === 2 ? "crash" : {}) }, "died"],
    [
      "contradicts what was agreed on",
      { epoch: (replica, record) => (replica === 2 && record.epoch === 3 ? WRONG : {}) },
      "contradicted",
    ],
    ["has another state", { state: (replica) => Uint8Array.of(replica >> 1) }, "contradicted"],
    [
      "dies when it is asked for its state",
      { state: (replica) => (replica === 2 ? "crash" : Uint8Array.of(1)) },
      "died",
    ],
  ])("discards a replay that %s, and tells why", async (_what, script, answer) => {
    const { session, set } = await diverge(script);
    expect(await session.addReplica()).toBe(answer);
    expect(set.numbers).toEqual([0, 1]);
    expect(session.lastFailure).toMatch(/^replica 2/);
  });
});

describe("rollBack", () => {
  it("starts all replicas again from the checkpoint", async () => {
    const { session, set, setups } = await diverge(oneWrong);
    expect(await session.rollBack()).toBe(true);
    expect(set.numbers).toEqual([2, 3]);
    expect(set.all.map((handle) => handle.lastBallot)).toEqual([4, 4]);
    expect(setups.slice(2).map((setup) => setup.state)).toEqual([
      Uint8Array.of(77),
      Uint8Array.of(77),
    ]);
  });

  it("executes them side by side", async () => {
    const startedBefore: number[] = [];
    const { session, setups } = await diverge({
      epoch: (replica) => {
        if (replica === 2) startedBefore.push(setups.length);
        return {};
      },
    });
    expect(await session.rollBack()).toBe(true);
    expect(startedBefore[0]).toBe(4);
  });

  it.each<[string, Script]>([
    ["one of them dies", { epoch: (replica) => (replica === 3 ? "crash" : {}) }],
    [
      "one contradicts what was agreed on",
      { epoch: (replica, record) => (replica === 2 && record.epoch === 3 ? WRONG : {}) },
    ],
    ["their states differ", { state: (replica) => Uint8Array.of(replica) }],
    [
      "one cannot say its state",
      { state: (replica) => (replica === 2 ? "crash" : Uint8Array.of(1)) },
    ],
  ])("fails when %s", async (_why, script) => {
    const { session } = await diverge(script);
    expect(await session.rollBack()).toBe(false);
  });

  it("leaves those without a say that contradicted what was agreed on", async () => {
    const { session } = await diverge({
      epoch: (replica, record) => (replica <= 3 && record.epoch === 3 ? WRONG : {}),
    });
    expect(await session.rollBack()).toBe(false);
    // Two of a kind against the witness, which would be outvoted.
    expect((await session.runWitness()).verdict).toEqual({ kind: "undecided" });
  });

  it("waits for an older checkpoint where a witness from this one differed in full", async () => {
    const differing: Script = {
      epoch: (replica, record, memory) => {
        if (replica === 2) memory.writeU8(4096, 1);
        return oneWrong.epoch?.(replica, record, memory) ?? {};
      },
    };
    for (const generations of [1, 2]) {
      const { session, set } = await diverge(differing, {}, 2, generations);
      await session.runWitness();
      expect(await session.replace([1], 2)).toBe(false);
      expect(session.lastFailure).toContain("page 0x1 differs");
      await session.discard(2);
      expect(await session.rollBack()).toBe(generations === 1);
      expect(set.numbers).toEqual(generations === 1 ? [3, 4] : [0, 1]);
    }
  });

  it("can be tried again", async () => {
    const { session, set } = await diverge({
      epoch: (replica) => (replica === 3 ? "crash" : {}),
    });
    expect([await session.rollBack(), await session.rollBack()]).toEqual([false, true]);
    expect(set.numbers).toEqual([4, 5]);
  });
});
