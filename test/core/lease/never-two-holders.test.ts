// Random cuts, delays, restarts and runs.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LeaseGrants, type KeptGrant } from "../../../core/lease/lease-grants.ts";
import { CLOCK_DRIFT } from "../../../core/lease/lease-terms.ts";
import type { OutputLease } from "../../../core/lease/output-lease.ts";
import { holderOn, TestClock } from "./test-clock.ts";

describe("a lease", { timeout: 60_000 }, () => {
  it("is never held twice, or once more after another one had it, whoever hears whom, with clocks as unequal as assumed", () => {
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
    let gathered = 0;
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
          /** Who held it last, and all that did before. */
          let last: OutputLease | undefined;
          const former = new Set<OutputLease>();
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
            const held = leases.filter((lease) => lease.remainingMs > 0);
            expect(held.length).toBeLessThan(2);
            const [holder] = held;
            if (holder === undefined || holder === last) continue;
            expect(former.has(holder)).toBe(false);
            if (last !== undefined) {
              former.add(last);
              handovers++;
            }
            last = holder;
          }
          // All is healed and one is left: it gets every host, or has to make way for a new run.
          const left = last !== undefined && last === leases[1] ? 1 : 0;
          const back = leases[1 - left]!.giveBack();
          for (const host of hosts) host.giveBack(back);
          const survivor = leases[left];
          for (let turn = 0; turn < 60; turn++) {
            for (const clock of clocks) clock.pass(100);
            if (leases[left]!.isLost) leases[left] = run(left);
            const lease = leases[left]!;
            const returned = lease.stepBack(0);
            for (const [number, host] of hosts.entries()) {
              if (returned !== undefined) host.giveBack(returned);
              const asked = lease.request(number);
              if (asked !== undefined) lease.answered(number, host.answer(asked));
            }
          }
          expect(leases[left]!.remainingMs).toBeGreaterThan(0);
          expect(new Set(hosts.map((host) => host.holderOf("vm"))).size).toBe(1);
          if (survivor === leases[left]) gathered++;
        },
      ),
      { numRuns: Number(process.env["EXTRAVIRT_LEASE_RUNS"] ?? 40) },
    );
    expect(handovers).toBeGreaterThan(10);
    expect(gathered).toBeGreaterThan(10);
  });
});
