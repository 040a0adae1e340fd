// The right to release outputs is a lease that hosts grant for a short time, under a term number (a fencing token). Who
// holds it from a majority of the hosts of a virtual machine may release; of any two majorities one host is in both, and
// that one host never lets two holders' times overlap. (Gray, Cheriton: Leases, SOSP 1989; for terms: Ongaro, Ousterhout:
// In Search of an Understandable Consensus Algorithm, 2014, section 5.1.)
//
// What it rests on: clocks of two hosts run equally fast within CLOCK_DRIFT. What their clocks show does not matter.

/** Ten thousand parts per million, a hundred times what crystal oscillators are specified to. */
export const CLOCK_DRIFT = 0.01;

/** The longest lease there is: how long a host may have to keep a promise. */
export const MAX_LEASE_MS = 600_000;

/** What else would be promised, could not be kept, or could never be had again. */
export const isLeaseMs = (value: unknown): boolean =>
  typeof value === "number" && value >= 0 && value <= MAX_LEASE_MS;

/**
 * What is asked: whether the host would promise itself; that it does; or that it takes over a higher term while it still
 * belongs to the same holder, or nobody. (For the first: Ongaro, Consensus: Bridging Theory and Practice, 2014, section
 * 9.6, pre-vote.)
 */
type LeaseManner = "probe" | "claim" | "keep";

/** Asks a host for the lease, or to extend it. Plain data. */
export interface LeaseRequest {
  readonly kind: "lease";
  readonly manner: LeaseManner;
  /** Name of the virtual machine. */
  readonly vm: string;
  readonly term: number;
  /** Of the run, never used twice. */
  readonly holder: string;
  readonly leaseMs: number;
  /** Of this question; its answer bears it. When it was asked is known to the asking side alone. */
  readonly number: number;
}

export type LeaseAnswer =
  | { readonly kind: "granted"; readonly number: number; readonly term: number }
  /** It would be granted. Nothing is promised. */
  | { readonly kind: "willing"; readonly number: number; readonly term: number }
  /** Another holder's time has not run out yet, or there was a later question. */
  | {
      readonly kind: "busy";
      readonly number: number;
      readonly term: number;
      readonly waitMs: number;
    }
  /** The host has promised itself to another holder since, under this term. */
  | { readonly kind: "fenced"; readonly number: number; readonly term: number };

/** Ends the lease before its time. */
export interface LeaseReturn {
  readonly kind: "return";
  readonly vm: string;
  readonly term: number;
  readonly holder: string;
}

/** An instant on two clocks of one host, in milliseconds. */
export interface Instant {
  /** Never set, but it may stand still while the host sleeps. */
  readonly steadyMs: number;
  /** Goes on while the host sleeps, but may be set. */
  readonly wallMs: number;
}

export type Clock = () => Instant;

export const hostClock: Clock = () => ({ steadyMs: performance.now(), wallMs: Date.now() });

/** The longest time that can have passed: for whoever has a right that ends. */
export function longestSince(then: Instant, now: Instant): number {
  return Math.max(now.steadyMs - then.steadyMs, now.wallMs - then.wallMs);
}
