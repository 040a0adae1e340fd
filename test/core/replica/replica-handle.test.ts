import { describe, expect, it } from "vitest";
import { ReplicaHandle } from "../../../core/replica/replica-handle.ts";
import { ballotOf, observe, type Observed } from "./observed-handle.ts";
import { epoch } from "./toy-setup.ts";

describe("ReplicaHandle", () => {
  it("stands still before anything was granted and after it voted on everything", () => {
    const { handle, orders, vote } = observe();
    expect(handle.isQuiescent).toBe(true);
    handle.grant(epoch(0, 10));
    handle.grant(epoch(1, 10));
    expect(orders.map((order) => order.kind)).toEqual(["epoch", "epoch"]);
    vote(0);
    expect(handle).toMatchObject({ isQuiescent: false, lastBallot: 0 });
    vote(1);
    expect(handle).toMatchObject({ isQuiescent: true, lastBallot: 1 });
  });

  it("tells whoever waits for it when a look at its box shows that it is damaged", () => {
    const { handle, ballotBox, changes } = observe();
    handle.grant(epoch(0, 10));
    ballotBox.damage = "ballot 0 in box 0 is damaged";
    expect(handle.isQuiescent).toBe(false);
    expect([handle.crash, changes()]).toEqual(["ballot 0 in box 0 is damaged", 1]);
  });

  it("keeps ballots until they are forgotten", () => {
    const { handle, vote } = observe();
    for (const number of [0, 1, 2]) handle.grant(epoch(number, 100));
    for (const number of [0, 1, 2]) vote(number);
    handle.forget(1);
    expect([0, 1, 2].map((number) => handle.ballot(number)?.epoch)).toEqual([
      undefined,
      undefined,
      2,
    ]);
    expect(handle.lastBallot).toBe(2);
  });

  it("tells of every report, and of faults with their number", () => {
    const { changes, faults, report } = observe();
    report({ kind: "ready" });
    report({ kind: "fault", step: 5, what: "x", id: 4 });
    expect([changes(), faults]).toEqual([2, [4]]);
  });

  it("hands over the state it asked for", async () => {
    const { handle, orders, report } = observe();
    const state = handle.saveState();
    expect(orders).toEqual([{ kind: "save" }]);
    report({ kind: "state", state: Uint8Array.of(9) });
    expect(await state).toEqual(Uint8Array.of(9));
  });

  it("hands over the state that comes with pages that are held, wherever the replica is by then", async () => {
    const { handle, orders, stateBox, vote } = observe();
    handle.grant(epoch(0, 100));
    const state = handle.hold(7);
    handle.grant(epoch(1, 100));
    expect(orders.map(({ kind }) => kind)).toEqual(["epoch", "hold", "epoch"]);
    vote(0);
    expect(handle.owesState).toBe(true);
    stateBox.set(1, Uint8Array.of(9));
    vote(1);
    expect(handle.owesState).toBe(false);
    expect(await state).toEqual(Uint8Array.of(9));
  });

  it("is known to stand at a boundary before its ballot is read, unless it died before", () => {
    const { handle, voted, report } = observe();
    handle.grant(epoch(0, 100));
    expect(handle.stoodAt(0)).toBe(false);
    voted.epoch = 0;
    expect([handle.stoodAt(0), handle.stoodAt(1)]).toEqual([true, false]);
    report({ kind: "crashed", message: "gone" });
    expect(handle.stoodAt(0)).toBe(false);
  });

  it("stands at a boundary that its last ballot is of, also where it died there", () => {
    const { handle, vote, report } = observe();
    handle.grant(epoch(0, 100));
    vote(0);
    report({ kind: "crashed", message: "gone" });
    expect(handle.stoodAt(0)).toBe(true);
  });

  it("has nothing held any more once it died", async () => {
    const { handle, report } = observe();
    const asked = handle.hold(7);
    report({ kind: "crashed", message: "gone" });
    expect([await asked, await handle.hold(7)]).toEqual([undefined, undefined]);
  });

  it("sees a state that it asked for as soon as it is in its box", async () => {
    const { handle, stateBox, report } = observe();
    const state = handle.saveState();
    expect(handle.isQuiescent).toBe(false);
    stateBox.set(1, Uint8Array.of(9));
    const { reports } = handle;
    expect(handle.isQuiescent).toBe(true);
    expect(reports).toBe(1);
    report({ kind: "saved", number: 1 });
    expect(await state).toEqual(Uint8Array.of(9));
  });

  it("is woken for a state in its box, and has it from a replica that died after it", async () => {
    const [saved, crashed] = [
      { kind: "saved", number: 1 },
      { kind: "crashed", message: "gone" },
    ] as const;
    for (const last of [saved, crashed]) {
      const { handle, stateBox, report } = observe();
      const state = handle.saveState();
      stateBox.set(1, Uint8Array.of(9));
      report(last);
      expect(await state).toEqual(Uint8Array.of(9));
    }
  });

  it.each([
    ["damaged", "state 1 in box 0 is damaged"],
    ["not there", undefined],
  ])("counts a replica as dead whose state is %s in its box", async (_what, left) => {
    const { handle, stateBox, report } = observe();
    const state = handle.saveState();
    if (left !== undefined) stateBox.set(1, left);
    report({ kind: "saved", number: 1 });
    expect(await state).toBeUndefined();
    expect(handle.crash).toBe(left ?? "the state that it left is lost");
  });

  it("takes the news of a state that it has for no news of the next one", async () => {
    const { handle, stateBox, report } = observe();
    const first = handle.saveState();
    stateBox.set(1, Uint8Array.of(9));
    expect(handle.isQuiescent).toBe(true);
    handle.changeMemory({ kind: "checkpoint-taken" });
    const second = handle.saveState();
    report({ kind: "saved", number: 1 });
    expect(handle.crash).toBeUndefined();
    stateBox.set(2, Uint8Array.of(10));
    report({ kind: "saved", number: 2 });
    expect(await Promise.all([first, second])).toEqual([Uint8Array.of(9), Uint8Array.of(10)]);
  });

  it("asks once for the state at a boundary, and again at the next one", async () => {
    const { handle, orders, report } = observe();
    const asked = [handle.saveState(), handle.saveState()];
    report({ kind: "state", state: Uint8Array.of(9) });
    expect(await Promise.all([...asked, handle.saveState()])).toEqual(
      Array.from({ length: 3 }, () => Uint8Array.of(9)),
    );
    expect(orders).toHaveLength(1);
    handle.grant(epoch(0, 10));
    const next = handle.saveState();
    report({ kind: "state", state: Uint8Array.of(10) });
    expect(await next).toEqual(Uint8Array.of(10));
    expect(orders).toHaveLength(3);
  });

  it("keeps nobody waiting for a state when the replica dies", async () => {
    for (const kill of [
      ({ report }: Observed) => report({ kind: "crashed", message: "gone" }),
      ({ report }: Observed) =>
        report({
          kind: "refused",
          error: { code: "XV_ERR_FAULT_ADDRESS", message: "no", remedy: "do" },
        }),
      ({ handle }: Observed) => handle.declareHung(),
      ({ handle }: Observed) => handle.end(),
    ]) {
      const observed = observe();
      const state = observed.handle.saveState();
      void kill(observed);
      expect(await state).toBeUndefined();
    }
  });

  it("does not stand still while it owes a state", async () => {
    const { handle, report } = observe();
    const state = handle.saveState();
    expect(handle.isQuiescent).toBe(false);
    report({ kind: "state", state: Uint8Array.of(9) });
    await state;
    expect(handle.isQuiescent).toBe(true);
  });

  it("tells one that can't be heard, or is moved, from one that died", () => {
    const moved = observe();
    moved.handle.giveUp("it is moved");
    expect(moved.handle).toMatchObject({ crash: "it is moved", isCutOff: true, isHung: false });
    const cut = observe();
    cut.report({ kind: "crashed", message: "no connection", isCutOff: true });
    expect(cut.handle).toMatchObject({ crash: "no connection", isCutOff: true });
    const dead = observe();
    dead.report({ kind: "crashed", message: "gone" });
    dead.handle.giveUp("it is moved");
    expect(dead.handle).toMatchObject({ crash: "gone", isCutOff: false });
    const unheard = new ReplicaHandle(
      0,
      () => ({ send: () => {}, isCutOff: () => true, terminate: () => Promise.resolve() }),
      () => {},
      () => {},
    );
    unheard.declareHung();
    expect(unheard).toMatchObject({
      crash: "its host was not heard",
      isCutOff: true,
      isHung: false,
    });
  });

  it("takes no vote from one that was declared dead", () => {
    const { handle, vote } = observe();
    handle.grant(epoch(0, 10));
    handle.declareHung();
    vote(0);
    expect([handle.ballot(0), handle.lastBallot]).toEqual([undefined, -1]);
    expect(handle).toMatchObject({ crash: "it missed its watchdog", isHung: true });
  });

  it("asks a dead replica for nothing", async () => {
    const { handle, orders } = observe();
    handle.declareHung();
    expect(await handle.saveState()).toBeUndefined();
    handle.remapped();
    expect(orders).toEqual([]);
  });

  it.each([
    ["before it was granted anything", [], [0]],
    ["on an epoch that was not granted", [4, 5], [4, 5, 6]],
    ["on a later epoch than its next", [4, 5], [5]],
    ["twice on one epoch", [4, 5], [4, 4]],
    ["on no epoch", [4, 5], [Number.NaN]],
  ])("counts as dead once it votes %s", (_what, granted, votes) => {
    const { handle, vote } = observe();
    for (const number of granted) handle.grant(epoch(number, 100));
    for (const number of votes.slice(0, -1)) vote(number);
    expect(handle.crash).toBeUndefined();
    vote(votes.at(-1) ?? 0);
    expect(handle.crash).toContain("out of turn");
  });

  it("remembers the first reason of its death", () => {
    const { handle, report } = observe();
    expect(handle.crash).toBeUndefined();
    report({ kind: "crashed", message: "TypeError" });
    report({ kind: "crashed", message: "the worker ended with code 1" });
    handle.declareHung();
    expect(handle).toMatchObject({ crash: "TypeError", isHung: false });
    expect(handle.refusal).toBeUndefined();
  });

  it("takes over another's claims with its state", () => {
    const [right, wrong] = [observe(), observe()];
    for (const { handle } of [right, wrong])
      for (const number of [0, 1, 2]) handle.grant(epoch(number, 10));
    for (const number of [0, 1, 2]) right.vote(number);
    wrong.vote(0);
    wrong.vote(1);
    const state = Uint8Array.of(4);
    wrong.handle.adopt(right.handle, state);
    expect(wrong.orders.at(-1)).toEqual({ kind: "restore", state });
    expect([0, 1, 2].map((number) => wrong.handle.ballot(number))).toEqual(
      [0, 1, 2].map((number) => right.handle.ballot(number)),
    );
    expect([wrong.handle.lastBallot, wrong.handle.isQuiescent]).toEqual([2, true]);
  });

  it("knows a death by self-check from other crashes", () => {
    const [one, other, late] = [observe(), observe(), observe()];
    one.report({ kind: "crashed", message: "r5 and its copy differ", isSelfCheck: true });
    other.report({ kind: "crashed", message: "TypeError" });
    late.handle.declareHung();
    late.report({ kind: "crashed", message: "r5 and its copy differ", isSelfCheck: true });
    expect([one, other, late].map(({ handle }) => handle.isSelfCheck)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("turns a refusal back into the error it was", () => {
    const { handle, report } = observe();
    const error = { code: "XV_ERR_FAULT_ADDRESS", message: "no", place: "faults", remedy: "do" };
    report({ kind: "refused", error: { ...error, code: "XV_ERR_FAULT_ADDRESS" } });
    expect(handle.refusal).toMatchObject({ ...error, name: "ExtravirtError", value: undefined });
    expect(handle.crash).toBe("no");
  });

  it("hears nothing any more once ended", async () => {
    const { handle, changes, isEnded, vote } = observe();
    await handle.end();
    vote(0);
    expect([isEnded(), changes(), handle.lastBallot]).toEqual([true, 0, -1]);
  });

  it("has its ballots in turn, although one in a box overtakes one that is a message", () => {
    const { handle, box, vote } = observe();
    for (const number of [0, 1, 2, 3]) handle.grant(epoch(number, 10));
    box.push(ballotOf(0));
    expect(handle.lastBallot).toBe(0);
    box.push(ballotOf(2), ballotOf(3));
    expect(handle.lastBallot).toBe(0);
    expect(handle.isQuiescent).toBe(false);
    expect(handle.ballot(2)).toBeUndefined();
    vote(1);
    expect(handle.lastBallot).toBe(3);
    expect(handle.isQuiescent).toBe(true);
    expect(handle.crash).toBeUndefined();
  });

  it("counts as crashed when its box has a ballot on what it was not granted, or has voted on", () => {
    for (const number of [0, 5]) {
      const { handle, box } = observe();
      for (const granted of [0, 1]) handle.grant(epoch(granted, 10));
      box.push(ballotOf(0));
      expect(handle.lastBallot).toBe(0);
      box.push(ballotOf(number));
      expect(handle.lastBallot).toBe(0);
      expect(handle.crash).toBe(`it voted on epoch ${number} out of turn`);
    }
  });

  it("has its ballots in turn, although one that is a message comes while others lie in the box", () => {
    const { handle, box, vote } = observe();
    for (const number of [0, 1, 2]) handle.grant(epoch(number, 10));
    box.push(ballotOf(0), ballotOf(1));
    vote(2);
    expect(handle.crash).toBeUndefined();
    expect(handle.lastBallot).toBe(2);
  });
});
