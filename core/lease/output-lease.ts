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

/** Questions to a host that may still be answered. A later answer says nothing about the lease any more. */
const MOST_QUESTIONS = 64;

/** What a host was asked. */
interface Question {
  readonly host: number;
  readonly term: number;
  readonly at: Instant;
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
  /** By number. A host that errs can't move the instant at which it was asked. */
  readonly #questions = new Map<number, Question>();
  #lastNumber = 0;
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

  /** What to ask a host for now; undefined while others are given a chance. */
  request(host: number): LeaseRequest | undefined {
    const { vm, holder, leaseMs, clock } = this.#options;
    const now = clock();
    if (this.#retreat !== undefined) {
      if (longestSince(this.#retreat.from, now) < this.#retreat.ms) return undefined;
      this.#retreat = undefined;
    }
    this.#claimedSince ??= now;
    const number = ++this.#lastNumber;
    this.#questions.set(number, { host, term: this.#term, at: now });
    const [oldest] = this.#questions.keys();
    if (oldest !== undefined && this.#questions.size > MOST_QUESTIONS * this.#options.hosts) {
      this.#questions.delete(oldest);
    }
    return { kind: "lease", vm, term: this.#term, holder, leaseMs, number };
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
    const question = this.#questions.get(answer.number);
    // Only what this host was asked, and once.
    if (question?.host !== host) return;
    this.#questions.delete(answer.number);
    const wasHeld = this.remainingMs > 0;
    if (answer.kind === "granted") {
      if (question.term === this.#term) this.#standings[host] = { granted: question.at };
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
