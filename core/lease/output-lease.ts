// The coordinator's side of leases. It may release outputs as long as a majority of the hosts confirmed its lease, counted
// from the instants at which it asked: whoever is cut off, stopped or resumed late finds its time over without hearing of
// anybody. Transport is not known here.
import {
  CLOCK_DRIFT,
  longestSince,
  type Clock,
  type Instant,
  type LeaseAnswer,
  type LeaseRequest,
  type LeaseReturn,
} from "./lease-terms.ts";

export interface OutputLeaseOptions {
  readonly vm: string;
  /** Of this run, never used twice. */
  readonly holder: string;
  readonly hosts: number;
  readonly leaseMs: number;
  readonly clock: Clock;
  /** The lease may have been gained or lost for good. */
  readonly onChange: () => void;
}

/** What a host said last. */
interface Standing {
  /** When it was asked what it granted last, under the present term. */
  readonly granted?: Instant;
  /** Another term it knows of. */
  readonly otherTerm?: number;
}

export class OutputLease {
  readonly #options: OutputLeaseOptions;
  readonly #standings: Standing[];
  #term = 1;
  #hasBeenHeld = false;
  /** Asking since, with part of a majority at most. */
  #claimedSince: Instant | undefined;
  #retreat: { readonly from: Instant; readonly ms: number } | undefined;

  constructor(options: OutputLeaseOptions) {
    this.#options = options;
    this.#standings = Array.from({ length: options.hosts }, () => ({}));
  }

  get term(): number {
    return this.#term;
  }

  /** Hosts that have to confirm it: more than half of all. */
  get majority(): number {
    return Math.floor(this.#options.hosts / 2) + 1;
  }

  /** Milliseconds for which outputs may be released, from this instant on; 0 when they may not. */
  get remainingMs(): number {
    const { clock, leaseMs } = this.#options;
    const now = clock();
    const remaining = this.#standings
      .map(({ granted }) =>
        granted === undefined ? 0 : leaseMs * (1 - CLOCK_DRIFT) - longestSince(granted, now),
      )
      .toSorted((a, b) => b - a);
    const ms = this.isLost ? 0 : Math.max(0, remaining[this.majority - 1] ?? 0);
    // From here on outputs may have been released under this term.
    if (ms > 0) this.#hasBeenHeld = true;
    return ms;
  }

  /** Another holder came after this one: nothing can be released under it any more. */
  get isLost(): boolean {
    return this.#hasBeenHeld && this.#isOutvoted;
  }

  get #isOutvoted(): boolean {
    const against = this.#standings.filter(({ otherTerm = 0 }) => otherTerm >= this.#term);
    return this.#options.hosts - against.length < this.majority;
  }

  /** What to ask each host for now; undefined while others are given a chance. */
  request(): LeaseRequest | undefined {
    const { vm, holder, leaseMs, clock } = this.#options;
    const now = clock();
    if (this.#retreat !== undefined) {
      if (longestSince(this.#retreat.from, now) < this.#retreat.ms) return undefined;
      this.#retreat = undefined;
    }
    this.#claimedSince ??= now;
    return { kind: "lease", vm, term: this.#term, holder, leaseMs, sent: now };
  }

  /**
   * Two that claim at once may each get a part of the hosts, and neither the majority. Who is in that state for the time
   * of a lease steps back.
   * @param share from 0 to 1, by chance: who waits longer
   * @returns what to tell all hosts then
   */
  stepBack(share: number): LeaseReturn | undefined {
    const { clock, leaseMs } = this.#options;
    const now = clock();
    const isStuck =
      this.#claimedSince !== undefined && longestSince(this.#claimedSince, now) > leaseMs;
    if (!isStuck || this.remainingMs > 0 || this.#hasBeenHeld) return undefined;
    this.#claimedSince = undefined;
    this.#retreat = { from: now, ms: leaseMs * share };
    return this.giveBack();
  }

  answered(host: number, answer: LeaseAnswer): void {
    const { remainingMs } = this;
    const wasHeld = remainingMs > 0;
    if (answer.kind === "granted") {
      // A host that errs about when it was asked lengthens nothing.
      const isPast = answer.sent.steadyMs <= this.#options.clock().steadyMs;
      if (answer.term === this.#term && isPast) this.#standings[host] = { granted: answer.sent };
    } else if (answer.kind === "fenced") {
      this.#standings[host] = { otherTerm: answer.term };
      // Nothing has been released under the old term yet.
      if (!this.#hasBeenHeld && this.#isOutvoted) this.#propose(answer.term + 1);
    }
    if (wasHeld !== this.remainingMs > 0 || this.isLost) this.#options.onChange();
  }

  /** Ends it before its time. */
  giveBack(): LeaseReturn {
    const { vm, holder } = this.#options;
    const term = this.#term;
    // Under a new term: an answer that is still on its way was given before its host heard of this.
    this.#propose(term + 1);
    return { kind: "return", vm, term, holder };
  }

  #forget(): void {
    for (const host of this.#standings.keys()) this.#standings[host] = {};
  }

  #propose(term: number): void {
    this.#term = term;
    this.#forget();
  }
}
