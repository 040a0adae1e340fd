// Clocks that tests set, and hosts and holders on them.
import { LeaseGrants, type KeptGrant } from "../../../core/lease/lease-grants.ts";
import type { Instant } from "../../../core/lease/lease-terms.ts";
import { OutputLease } from "../../../core/lease/output-lease.ts";

export const LEASE_MS: number = 1000;

/** A clock of its own: as fast as it is told, from an arbitrary beginning. */
export class TestClock {
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

export function grantsOn(clock: TestClock, kept: Record<string, KeptGrant> = {}): LeaseGrants {
  return new LeaseGrants({ clock: clock.read, kept, keep: () => {} });
}

export function holderOn(
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
