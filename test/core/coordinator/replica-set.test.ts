import { setImmediate as hostTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { privateMemory } from "../../../plugins/memory-sharing/private.ts";
import { epoch } from "../replica/toy-setup.ts";
import { scriptedReplicas } from "./scripted-replicas.ts";

const STATE = Uint8Array.of(9);

describe("ReplicaSet", () => {
  it("numbers replicas in order of age and never uses a number twice", async () => {
    const { set } = scriptedReplicas();
    for (let count = 0; count < 3; count++) set.spawn();
    await set.discard(1);
    expect(set.spawn().replica).toBe(3);
    expect(set.numbers).toEqual([0, 2, 3]);
  });

  it("starts each from the given state, in an arena of its own that is free again afterwards", async () => {
    const { set, setups, layout } = scriptedReplicas();
    const state = Uint8Array.of(1);
    set.spawn();
    set.spawn({ state, steps: 300 });
    await set.discard(0);
    set.spawn({ state, steps: 300 });
    expect(setups.map((setup) => [setup.replica, setup.arena, setup.state])).toEqual([
      [0, 0, undefined],
      [1, 1, state],
      [2, 0, state],
    ]);
    for (const { arena, machine } of setups) {
      expect(machine.processorArea).toBe(layout.arenas[arena]?.processorArea);
    }
  });

  it("puts each on a core of its own, which is free again afterwards and never used once it is retired", async () => {
    const { set, setups } = scriptedReplicas();
    const { cores } = set;
    set.spawn();
    set.spawn();
    await set.discard(0);
    cores.retire(0);
    set.spawn();
    expect(setups.map(({ core }) => core)).toEqual([0, 1, 2]);
    // Its place in memory has nothing to do with it.
    expect(setups.map(({ arena }) => arena)).toEqual([0, 1, 0]);
    expect([0, 1, 2].map((replica) => cores.coreOf(replica))).toEqual([0, 1, 2]);
    expect(cores.free).toEqual([]);
    expect(() => set.spawn()).toThrow("no core is free");
    expect(set.numbers).toEqual([1, 2]);
  });

  it("lets the memory-sharing strategy prepare a new replica's memory", () => {
    const { set, frames } = scriptedReplicas({}, { sharing: privateMemory.create({}) });
    frames.load(0, new Uint8Array(2 * 4096).fill(1));
    set.spawn();
    expect(frames.pool.countByOwner()[frames.ownerOf(0)]).toBe(2);
  });

  it("ends a discarded replica and takes its frames back", async () => {
    const { set, frames, ended } = scriptedReplicas({
      epoch: (_replica, _record, memory) => {
        memory.writeU8(0, 1);
        return {};
      },
    });
    const before = frames.pool.countByOwner();
    set.spawn();
    set.spawn();
    set.grant(epoch(0, 100));
    await set.quiesce(set.all);
    expect(frames.pool.countByOwner()).not.toEqual(before);
    await set.discardAll();
    expect([ended, set.all]).toEqual([[0, 1], []]);
    expect(frames.pool.countByOwner()).toEqual(before);
  });

  it("grants epochs to the living", async () => {
    const { set } = scriptedReplicas({ epoch: (replica) => (replica === 0 ? "crash" : {}) });
    set.spawn();
    set.spawn();
    set.grant(epoch(0, 100));
    await set.quiesce(set.all);
    set.grant(epoch(1, 100));
    await set.quiesce(set.all);
    expect(set.alive.map((handle) => [handle.replica, handle.lastBallot])).toEqual([[1, 1]]);
    expect(set.all.map((handle) => handle.crash)).toEqual(["scripted", undefined]);
  });

  it("waits until all stand still", async () => {
    const { set } = scriptedReplicas();
    const handles = [set.spawn(), set.spawn()];
    for (const number of [0, 1, 2]) set.grant(epoch(number, 100));
    expect(handles.some((handle) => handle.isQuiescent)).toBe(false);
    await set.quiesce(handles);
    expect(handles.map((handle) => handle.lastBallot)).toEqual([2, 2]);
  });

  it("waits for states that were asked for, and not until all stand still", async () => {
    const { set } = scriptedReplicas({ state: (replica) => (replica === 1 ? "crash" : STATE) });
    const handles = [set.spawn(), set.spawn()];
    set.grant(epoch(0, 100));
    const states = handles.map((handle) => handle.hold(7));
    await set.awaitStates(handles);
    expect(await Promise.all(states)).toEqual([STATE, undefined]);
    expect(handles.map(({ owesState }) => owesState)).toEqual([false, false]);
  });

  it("declares dead who owes a state for the watchdog's time", async () => {
    const { set } = scriptedReplicas({ state: () => "hang" }, { watchdogMs: 20 });
    const handle = set.spawn();
    const state = handle.hold(7);
    await set.awaitStates([handle]);
    expect([await state, handle.crash]).toEqual([undefined, "it missed its watchdog"]);
  });

  it("declares dead who makes no progress for the watchdog's time, and nobody else", async () => {
    const { set } = scriptedReplicas(
      { epoch: (replica) => (replica === 1 ? "hang" : {}) },
      { watchdogMs: 20 },
    );
    set.spawn();
    set.spawn();
    set.grant(epoch(0, 100));
    await set.quiesce(set.all);
    expect(set.all.map((handle) => handle.crash)).toEqual([undefined, "it missed its watchdog"]);
  });

  it("hears what waits to be heard before it declares anybody dead", async () => {
    // The thread is busy for longer than the watchdog's time; the vote is in the host's queue by then.
    const before = async (): Promise<void> => {
      await hostTurn();
      const endMs = performance.now() + 60;
      while (performance.now() < endMs);
      await hostTurn();
    };
    const { set } = scriptedReplicas({ before }, { watchdogMs: 20 });
    set.spawn();
    set.grant(epoch(0, 100));
    await set.quiesce(set.all);
    expect(set.all.map((handle) => [handle.lastBallot, handle.crash])).toEqual([[0, undefined]]);
  });

  it("does not count the time of a replica's start against its watchdog", async () => {
    const { set } = scriptedReplicas({ startMs: 100 }, { watchdogMs: 20 });
    set.spawn();
    set.grant(epoch(0, 100));
    await set.quiesce(set.all);
    expect(set.all.map((handle) => [handle.lastBallot, handle.crash])).toEqual([[0, undefined]]);
  });
});
