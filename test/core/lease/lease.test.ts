// Grants and holders together, on clocks that tests set.
import { describe, expect, it } from "vitest";
import { LeaseGrants, type KeptGrant } from "../../../core/lease/lease-grants.ts";
import {
  CLOCK_DRIFT,
  hostClock,
  longestSince,
  type LeaseRequest,
} from "../../../core/lease/lease-terms.ts";
import type { OutputLease } from "../../../core/lease/output-lease.ts";
import { grantsOn, holderOn, LEASE_MS, TestClock } from "./test-clock.ts";

/** Asks these hosts, at once, and again where there is something new to ask. */
function ask(lease: OutputLease, hosts: readonly LeaseGrants[], reachable = hosts): void {
  let isNews = false;
  for (const [number, host] of hosts.entries()) {
    if (reachable.includes(host)) {
      isNews = lease.answered(number, host.answer(question(lease, number))) || isNews;
    }
  }
  if (isNews) ask(lease, hosts, reachable);
}

/** Asks until a majority would grant it: from there on it is claimed. */
function elect(lease: OutputLease, hosts: readonly LeaseGrants[]): void {
  for (const [number, host] of hosts.entries()) {
    const asked = question(lease, number);
    if (asked.manner !== "probe") return;
    lease.answered(number, host.answer(asked));
  }
}

function question(lease: OutputLease, host = 0): LeaseRequest {
  const request = lease.request(host);
  if (request === undefined) throw new Error("it does not ask now");
  return request;
}

describe("a lease", { timeout: 60_000 }, () => {
  it("is held while a majority confirms it, from the instant of the question on", () => {
    const clock = new TestClock();
    const hosts = [grantsOn(clock), grantsOn(clock), grantsOn(clock)];
    const changes: number[] = [];
    const lease = holderOn(clock, 3, "a", () => changes.push(lease.remainingMs));
    expect([lease.majority, lease.remainingMs]).toEqual([2, 0]);
    elect(lease, hosts);
    expect([lease.remainingMs, hosts[0]!.holderOf("vm")]).toEqual([0, undefined]);
    ask(lease, hosts, hosts.slice(0, 1));
    expect(lease.remainingMs).toBe(0);
    const asked = question(lease, 1);
    clock.pass(400);
    lease.answered(1, hosts[1]!.answer(asked));
    expect(lease.remainingMs).toBeCloseTo(LEASE_MS * (1 - CLOCK_DRIFT) - 400);
    expect(changes).toHaveLength(1);
    clock.pass(600);
    expect(lease.remainingMs).toBe(0);
    ask(lease, hosts);
    expect(lease.remainingMs).toBeCloseTo(LEASE_MS * (1 - CLOCK_DRIFT));
    expect(lease.isLost).toBe(false);
  });

  it("is not lengthened by a host that errs about what it was asked, or answers twice", () => {
    const clock = new TestClock(50);
    const lease = holderOn(clock, 2, "a");
    const [first, second] = [question(lease, 0).number, question(lease, 1).number];
    const grant = (host: number, number: number): boolean =>
      lease.answered(host, { kind: "granted", number, term: 1 });
    clock.pass(400);
    for (const number of [second, 0, second + 1]) grant(0, number);
    grant(1, second);
    expect(lease.remainingMs).toBe(0);
    grant(0, first);
    const remainingMs = LEASE_MS * (1 - CLOCK_DRIFT) - 400;
    expect(lease.remainingMs).toBeCloseTo(remainingMs);
    clock.pass(100);
    question(lease, 0);
    for (const number of [first, second]) for (const host of [0, 1]) grant(host, number);
    expect(lease.remainingMs).toBeCloseTo(remainingMs - 100);
    // What was asked long ago is not waited for any more.
    const old = question(lease, 0).number;
    for (let count = 0; count < 200; count++) question(lease, count % 2);
    clock.pass(2 * LEASE_MS);
    grant(0, old);
    expect(lease.remainingMs).toBe(0);
  });

  it("is over after a sleep in which the steady clock stood still, and after the wall clock was set forward", () => {
    const clock = new TestClock();
    const hosts = [grantsOn(clock)];
    const lease = holderOn(clock, 1, "a");
    ask(lease, hosts);
    clock.wallMs += 5000;
    expect(lease.remainingMs).toBe(0);
    ask(lease, hosts);
    // Set back: then the steady clock counts.
    clock.wallMs -= 10_000;
    clock.steadyMs += LEASE_MS;
    expect(lease.remainingMs).toBe(0);
    expect(longestSince(hostClock(), hostClock())).toBeLessThan(1000);
  });

  it("goes to another holder only after its time, and the old one is fenced", () => {
    const clock = new TestClock();
    const host = grantsOn(clock);
    const first = holderOn(clock, 1, "a");
    ask(first, [host]);
    const second = holderOn(clock, 1, "b");
    ask(second, [host]);
    expect(second.term).toBe(2);
    ask(second, [host]);
    expect(second.remainingMs).toBe(0);
    expect(host.answer(question(second))).toMatchObject({ kind: "busy", term: 1 });
    clock.pass(LEASE_MS * (1 + CLOCK_DRIFT));
    ask(second, [host]);
    expect(second.remainingMs).toBeGreaterThan(0);
    ask(first, [host]);
    expect([first.isLost, first.remainingMs]).toEqual([true, 0]);
    expect(host.termOf("vm")).toBe(2);
    // Its number does not help it.
    expect(host.answer({ ...question(first), term: 2 })).toMatchObject({ kind: "fenced", term: 2 });
  });

  it("goes to another holder at once when it was given back", () => {
    const clock = new TestClock();
    const host = grantsOn(clock);
    const first = holderOn(clock, 1, "a");
    ask(first, [host]);
    host.giveBack({ kind: "return", vm: "vm", term: 1, holder: "somebody else" });
    const second = holderOn(clock, 1, "b");
    ask(second, [host]);
    ask(second, [host]);
    expect(second.remainingMs).toBe(0);
    host.giveBack(first.giveBack());
    expect(first.remainingMs).toBe(0);
    ask(second, [host]);
    expect(second.remainingMs).toBeGreaterThan(0);
  });

  it("goes to one of two that claim it at once", () => {
    const clock = new TestClock();
    const hosts = [grantsOn(clock), grantsOn(clock)];
    const [first, second] = ["a", "b"].map((name) => holderOn(clock, 2, name));
    if (first === undefined || second === undefined) throw new Error("unreachable");
    for (const lease of [first, second]) elect(lease, hosts);
    ask(first, hosts, hosts.slice(0, 1));
    ask(second, hosts, hosts.slice(1));
    expect(hosts.map((host) => host.holderOf("vm"))).toEqual(["a", "b"]);
    for (let turn = 0; turn < 10; turn++) {
      clock.pass(LEASE_MS / 4);
      const back = second.stepBack(1);
      if (back !== undefined) for (const host of hosts) host.giveBack(back);
      ask(first, hosts);
      if (second.request(0) !== undefined) ask(second, hosts);
    }
    expect(first.remainingMs).toBeGreaterThan(0);
    expect([first.stepBack(0), second.remainingMs]).toEqual([undefined, 0]);
  });

  it("is not held by an answer that comes after its holder stepped back", () => {
    const clock = new TestClock();
    const hosts = [grantsOn(clock), grantsOn(clock), grantsOn(clock)];
    const [first, second] = [holderOn(clock, 3, "a"), holderOn(clock, 3, "b")];
    elect(first, hosts);
    ask(first, hosts, hosts.slice(0, 1));
    clock.pass(LEASE_MS + 1);
    const late = [0, 1].map((host) => hosts[host]!.answer(question(first, host)));
    expect(late.map(({ kind }) => kind)).toEqual(["granted", "granted"]);
    const back = first.stepBack(1);
    if (back === undefined) throw new Error("it does not step back");
    for (const host of hosts) host.giveBack(back);
    ask(second, hosts);
    ask(second, hosts);
    for (const [host, answer] of late.entries()) first.answered(host, answer);
    expect(second.remainingMs).toBeGreaterThan(0);
    expect(first.remainingMs).toBe(0);
  });

  it("is not promised where the promise cannot be kept", () => {
    const clock = new TestClock();
    let isFull = true;
    const keep = (): void => {
      if (isFull) throw new Error("disk full");
    };
    const host = new LeaseGrants({ clock: clock.read, kept: {}, keep });
    const lease = holderOn(clock, 1, "a");
    elect(lease, [host]);
    for (let turn = 0; turn < 2; turn++) {
      expect(() => host.answer(question(lease))).toThrow("disk full");
    }
    expect(host.termOf("vm")).toBe(0);
    isFull = false;
    ask(lease, [host]);
    isFull = true;
    expect(() => host.giveBack(lease.giveBack())).toThrow("disk full");
    const other = { ...question(lease), term: 2, holder: "b" };
    expect(host.answer(other)).toMatchObject({ kind: "busy", term: 1 });
  });

  it("outlives the process of the host that granted it", () => {
    const clock = new TestClock();
    let kept: Readonly<Record<string, KeptGrant>> = {};
    const keep = (grants: Readonly<Record<string, KeptGrant>>): void => {
      kept = grants;
    };
    const before = new LeaseGrants({ clock: clock.read, kept, keep });
    const first = holderOn(clock, 1, "a");
    ask(first, [before]);
    expect(kept).toEqual({ vm: { term: 1, holder: "a", leaseMs: LEASE_MS } });
    const holders: [string, string][] = [];
    const after = new LeaseGrants({
      clock: clock.read,
      kept,
      keep,
      onNewHolder: (...news) => holders.push(news),
    });
    const second = holderOn(clock, 1, "b");
    ask(second, [after]);
    ask(second, [after]);
    expect(second.remainingMs).toBe(0);
    ask(first, [after]);
    expect(first.remainingMs).toBeGreaterThan(0);
    expect(holders).toEqual([]);
    clock.pass(2 * LEASE_MS);
    ask(second, [after]);
    expect(second.remainingMs).toBeGreaterThan(0);
    expect(holders).toEqual([["vm", "b"]]);
  });

  it("takes no host away from its holder where no majority would grant it", () => {
    const clock = new TestClock();
    const hosts = [grantsOn(clock), grantsOn(clock), grantsOn(clock)];
    const [first, mistaken] = [holderOn(clock, 3, "a"), holderOn(clock, 3, "b")];
    ask(first, hosts);
    for (let turn = 0; turn < 20; turn++) {
      clock.pass(LEASE_MS / 4);
      // The third host hears the one that was started by mistake only.
      ask(first, hosts, hosts.slice(0, 2));
      expect(mistaken.stepBack(0)).toBeUndefined();
      ask(mistaken, hosts);
    }
    expect([mistaken.remainingMs, hosts[2]!.holderOf("vm")]).toEqual([0, "a"]);
    // Nor does it where the third one is all that it hears.
    ask(mistaken, hosts, hosts.slice(2));
    expect(hosts[2]!.holderOf("vm")).toBe("a");
  });

  it("moves on to a higher term than that of a host which was another one's meanwhile", () => {
    const clock = new TestClock();
    const hosts = [grantsOn(clock), grantsOn(clock), grantsOn(clock)];
    const lease = holderOn(clock, 3, "a");
    ask(lease, hosts);
    const other = { ...question(lease, 2), holder: "b", manner: "claim" as const };
    clock.pass(2 * LEASE_MS);
    expect(hosts[2]!.answer({ ...other, term: 7 })).toMatchObject({ kind: "granted" });
    hosts[2]!.giveBack({ kind: "return", vm: "vm", term: 7, holder: "b" });
    ask(lease, hosts);
    // Offered to hosts that are its own; the third one belongs to somebody else, for all that it knows.
    expect([question(lease, 0), question(lease, 2)]).toMatchObject([
      { manner: "keep", term: 8 },
      { manner: "keep", term: 8 },
    ]);
    expect(hosts[2]!.answer(question(lease, 2))).toMatchObject({ kind: "fenced", term: 7 });
    expect(lease.remainingMs).toBeGreaterThan(0);
    ask(lease, hosts);
    expect([lease.term, question(lease, 2).manner]).toEqual([8, "claim"]);
    // The first one is lost: the other two are enough.
    clock.pass(2 * LEASE_MS);
    ask(lease, hosts, hosts.slice(1));
    expect([lease.remainingMs > 0, lease.isLost]).toEqual([true, false]);
    expect(hosts.map((host) => host.termOf("vm"))).toEqual([8, 8, 8]);
    // And it is given back everywhere.
    const back = lease.giveBack();
    for (const host of hosts) host.giveBack(back);
    const next = holderOn(clock, 3, "c");
    for (let turn = 0; turn < 3; turn++) ask(next, hosts);
    expect([next.remainingMs > 0, next.term]).toEqual([true, 9]);
  });

  it("does not move on once others had a majority, and not without end for a faulty host", () => {
    const clock = new TestClock();
    const hosts = [grantsOn(clock), grantsOn(clock), grantsOn(clock)];
    const [first, second] = [holderOn(clock, 3, "a"), holderOn(clock, 3, "b")];
    ask(first, hosts);
    clock.pass(2 * LEASE_MS);
    for (let turn = 0; turn < 3; turn++) ask(second, hosts, hosts.slice(1));
    expect(second.remainingMs).toBeGreaterThan(0);
    const back = second.giveBack();
    for (const host of hosts) host.giveBack(back);
    ask(first, hosts, hosts.slice(0, 2));
    // It has not heard of a majority yet.
    expect([first.isLost, first.remainingMs]).toEqual([false, 0]);
    for (let turn = 0; turn < 5; turn++) ask(first, hosts, hosts.slice(0, 2));
    expect([first.isLost, first.remainingMs]).toEqual([false, 0]);
    ask(first, hosts);
    expect([first.isLost, first.remainingMs]).toEqual([true, 0]);
    clock.pass(2 * LEASE_MS);
    const third = holderOn(clock, 3, "c");
    for (let turn = 0; turn < 3; turn++) ask(third, hosts);
    const { term } = third;
    const { number } = question(third, 2);
    third.answered(2, { kind: "fenced", number, term: Number.MAX_SAFE_INTEGER - 1 });
    expect(question(third, 0)).toMatchObject({ manner: "claim", term });
    expect(third.remainingMs).toBeGreaterThan(0);
  });
});
