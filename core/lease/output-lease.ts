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

/** A faulty host shall not use up all terms at once. */
const MOST_TERMS_AT_ONCE = 1_000_000;

/** What a host was asked. */
interface Question {
  readonly host: number;
  readonly term: number;
  readonly at: Instant;
}

/** What a host said last, since the last time that all was given back. */
interface Standing {
  /** Of the question. */
  readonly number?: number;
  readonly isWilling?: true;
  /** When it was asked what it granted last, and under which term. */
  readonly granted?: Instant;
  readonly term?: number;
  /** That of another holder. */
  readonly otherTerm?: number;
}

export class OutputLease {
  readonly #options: OutputLeaseOptions;
  readonly #standings: Standing[];
  /** By number. A host that errs can't move the instant at which it was asked. */
  readonly #questions = new Map<number, Question>();
  #lastNumber = 0;
  /** What each host answered last, whatever was given back since. */
  readonly #lastKinds: (LeaseAnswer["kind"] | undefined)[] = [];
  #term = 1;
  /** A majority would grant it: from there on it is claimed. */
  #isElected = false;
  #hasBeenHeld = false;
  /** The term that hosts of this lease are being moved on to. */
  #nextTerm: number | undefined;
  /** Claimed since, with part of a majority at most. */
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

  /** A host says that it belongs to another holder still. */
  get isContested(): boolean {
    return this.#lastKinds.includes("busy");
  }

  isGrantedBy(host: number): boolean {
    return this.#lastKinds[host] === "granted";
  }

  get #isOutvoted(): boolean {
    return this.#count(({ otherTerm = 0 }) => otherTerm < this.#term) < this.majority;
  }

  /** What to ask a host for now; undefined while others are given a chance. */
  request(host: number): LeaseRequest | undefined {
    const { vm, holder, leaseMs, clock } = this.#options;
    const now = clock();
    if (this.#retreat !== undefined) {
      if (longestSince(this.#retreat.from, now) < this.#retreat.ms) return undefined;
      this.#retreat = undefined;
    }
    if (this.#isElected) this.#claimedSince ??= now;
    const { manner, term } = this.#questionTo(host);
    const number = ++this.#lastNumber;
    this.#questions.set(number, { host, term, at: now });
    const [oldest] = this.#questions.keys();
    if (oldest !== undefined && this.#questions.size > MOST_QUESTIONS * this.#options.hosts) {
      this.#questions.delete(oldest);
    }
    return { kind: "lease", manner, vm, term, holder, leaseMs, number };
  }

  #questionTo(host: number): Pick<LeaseRequest, "manner" | "term"> {
    if (!this.#isElected) return { manner: "probe", term: this.#term };
    const { otherTerm = Infinity } = this.#standings[host] ?? {};
    const isFree = otherTerm < this.#term;
    if (this.#nextTerm === undefined || isFree) return { manner: "claim", term: this.#term };
    return { manner: "keep", term: this.#nextTerm };
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
    this.#retreat = { from: now, ms: leaseMs * share };
    return this.giveBack();
  }

  /** @returns whether there is something new to ask all hosts for, at once */
  answered(host: number, answer: LeaseAnswer): boolean {
    const { number } = answer;
    const question = this.#questions.get(number);
    // Only what this host was asked, and once.
    if (question?.host !== host) return false;
    this.#questions.delete(number);
    if (number < (this.#standings[host]?.number ?? 0)) return false;
    this.#lastKinds[host] = answer.kind;
    const wasHeld = this.remainingMs > 0;
    const isNews = this.#take(question, answer);
    if (wasHeld !== this.remainingMs > 0 || this.isLost) this.#options.onChange();
    return isNews;
  }

  #take({ host, at, term }: Question, { kind, number, term: otherTerm }: LeaseAnswer): boolean {
    switch (kind) {
      case "willing":
        this.#standings[host] = { number, isWilling: true };
        return this.#elect();
      case "granted":
        this.#standings[host] = { number, granted: at, term };
        return this.#moveOn();
      case "fenced":
        this.#standings[host] = { number, otherTerm };
        return this.#outbid(otherTerm);
      case "busy":
        this.#standings[host] = { number };
        return false;
    }
  }

  /** Claimed is what a majority would grant: who can't have the lease takes no host away from who has it. */
  #elect(): boolean {
    const willing = this.#count(({ isWilling }) => isWilling === true);
    if (this.#isElected || willing < this.majority) return false;
    this.#isElected = true;
    return true;
  }

  /**
   * A host that was somebody else's meanwhile grants a higher term only. Who has held the lease claims that once a majority
   * has moved on to it that was nobody else's since: then nobody else can have held the lease in between.
   */
  #moveOn(): boolean {
    const next = this.#nextTerm;
    if (next === undefined || this.#count(({ term }) => term === next) < this.majority) {
      return false;
    }
    this.#term = next;
    this.#nextTerm = undefined;
    return true;
  }

  #outbid(otherTerm: number): boolean {
    if (this.#hasBeenHeld) {
      const isHigher = otherTerm >= (this.#nextTerm ?? this.#term);
      const isNear = otherTerm < this.#term + MOST_TERMS_AT_ONCE;
      // Asked for with the next renewal only: who answers with ever higher terms keeps nobody busy.
      if (isHigher && isNear) this.#nextTerm = otherTerm + 1;
      return false;
    }
    if (!this.#isOutvoted) return false;
    // Nothing has been released under the old term yet. The least that a majority may grant:
    const others = this.#standings.map((one) => one.otherTerm ?? 0).toSorted((a, b) => a - b);
    this.#propose((others[this.majority - 1] ?? 0) + 1);
    return true;
  }

  /** Ends it before its time. */
  giveBack(): LeaseReturn {
    const { vm, holder } = this.#options;
    const term = this.#nextTerm ?? this.#term;
    // An answer that is still on its way was given before its host heard of this.
    this.#propose(term + 1);
    return { kind: "return", vm, term, holder };
  }

  #propose(term: number): void {
    this.#term = term;
    this.#nextTerm = undefined;
    this.#isElected = false;
    this.#claimedSince = undefined;
    this.#questions.clear();
    for (const host of this.#standings.keys()) this.#standings[host] = {};
  }

  #count(isSo: (standing: Standing) => boolean): number {
    return this.#standings.filter(isSo).length;
  }
}
