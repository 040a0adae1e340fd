// Grants and holders together, on clocks that tests set.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LeaseGrants, type KeptGrant } from "../../../core/lease/lease-grants.ts";
import {
  CLOCK_DRIFT,
  hostClock,
  longestSince,
  type Instant,
  type LeaseRequest,
} from "../../../core/lease/lease-terms.ts";
import { OutputLease } from "../../../core/lease/output-lease.ts";

const LEASE_MS = 1000;

/** A clock of its own: as fast as it is told, from an arbitrary beginning. */
class TestClock {
  steadyMs: number;
  wallMs: number;
  readonly #rate: number;
  constructor(start = 0, rate = 1) {
    this.steadyMs = start;
    this.wallMs = start * 3;
    this.#rate = rate;
  }
  pass(ms: number): void {
    this.steadyMs += ms * this.#rate;
    this.wallMs += ms * this.#rate;
  }
  readonly read = (): Instant => ({ steadyMs: this.steadyMs, wallMs: this.wallMs });
}

function grantsOn(clock: TestClock, kept: Record<string, KeptGrant> = {}): LeaseGrants {
  return new LeaseGrants({ clock: clock.read, kept, keep: () => {} });
}

function holderOn(
  clock: TestClock,
  hosts: number,
  holder: string,
  onChange = (): void => {},
): OutputLease {
  return new OutputLease({
    vm: "vm",
    holder,
    hosts,
    leaseMs: LEASE_MS,
    clock: clock.read,
    onChange,
  });
}

/** Asks these hosts once, at once. */
function ask(lease: OutputLease, hosts: readonly LeaseGrants[], reachable = hosts): void {
  for (const [number, host] of hosts.entries()) {
    if (reachable.includes(host)) lease.answered(number, host.answer(question(lease, number)));
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
    const grant = (host: number, number: number): void =>
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
    ask(first, hosts, hosts.slice(0, 1));
    ask(second, hosts, hosts.slice(1));
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
    const terms: [string, number][] = [];
    const after = new LeaseGrants({
      clock: clock.read,
      kept,
      keep,
      onNewTerm: (...news) => terms.push(news),
    });
    const second = holderOn(clock, 1, "b");
    ask(second, [after]);
    ask(second, [after]);
    expect(second.remainingMs).toBe(0);
    ask(first, [after]);
    expect(first.remainingMs).toBeGreaterThan(0);
    expect(terms).toEqual([]);
    clock.pass(2 * LEASE_MS);
    ask(second, [after]);
    expect(second.remainingMs).toBeGreaterThan(0);
    expect(terms).toEqual([["vm", 2]]);
  });

  it("is never held twice, whoever hears whom, with clocks as unequal as assumed", () => {
    const drift = fc.double({ min: 1 - CLOCK_DRIFT / 2, max: 1 + CLOCK_DRIFT / 2, noNaN: true });
    const seldom = <T>(value: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | undefined> =>
      fc.oneof(
        { weight, arbitrary: value },
        { weight: 100 - weight, arbitrary: fc.constant(undefined) },
      );
    const moment = fc.record({
      passMs: fc.integer({ min: 1, max: 200 }),
      /** Link of a holder and a host that is cut, or mended. */
      link: seldom(fc.record({ who: fc.nat(1), host: fc.nat(2) }), 20),
      /** Moments that questions and answers take. */
      late: fc.constantFrom(0, 0, 0, 1, 4),
      restarted: seldom(fc.nat(2), 5),
      rerun: seldom(fc.nat(1), 4),
    });
    let handovers = 0;
    fc.assert(
      fc.property(
        fc.array(drift, { minLength: 5, maxLength: 5 }),
        fc.array(moment, { minLength: 100, maxLength: 200 }),
        (rates, moments) => {
          const clocks = rates.map((rate, index) => new TestClock(index * 1e6, rate));
          const keeps: Record<string, KeptGrant>[] = [{}, {}, {}];
          const start = (host: number): LeaseGrants =>
            new LeaseGrants({
              clock: clocks[host]!.read,
              kept: keeps[host]!,
              keep: (grants) => (keeps[host] = grants),
            });
          const hosts = [0, 1, 2].map(start);
          let runs = 0;
          const run = (who: number): OutputLease => holderOn(clocks[3 + who]!, 3, `run ${runs++}`);
          const leases = [0, 1].map(run);
          const cuts = new Set<string>();
          const events = moments.map((): (() => void)[] => []);
          let last = -1;
          for (const [number, { passMs, link, late, restarted, rerun }] of moments.entries()) {
            for (const clock of clocks) clock.pass(passMs);
            if (restarted !== undefined) hosts[restarted] = start(restarted);
            if (rerun !== undefined) leases[rerun] = run(rerun);
            const name = link === undefined ? "" : `${link.who} ${link.host}`;
            if (link !== undefined && !cuts.delete(name)) cuts.add(name);
            for (const [who, lease] of leases.entries()) {
              const back = lease.stepBack(((number * 7) % 13) / 13);
              for (const [host] of hosts.entries()) {
                if (cuts.has(`${who} ${host}`)) continue;
                if (back !== undefined) hosts[host]!.giveBack(back);
                const asked = lease.request(host);
                if (asked === undefined) continue;
                events[number + late]?.push(() => {
                  const answer = hosts[host]!.answer(asked);
                  if (late === 0) lease.answered(host, answer);
                  else events[number + 2 * late]?.push(() => lease.answered(host, answer));
                });
              }
            }
            for (const event of events[number] ?? []) event();
            const held = [0, 1].filter((who) => leases[who]!.remainingMs > 0);
            expect(held.length).toBeLessThan(2);
            if (held.length === 1 && held[0] !== last) {
              if (last >= 0) handovers++;
              last = held[0]!;
            }
          }
        },
      ),
      { numRuns: 40 },
    );
    expect(handovers).toBeGreaterThan(10);
  });
});
