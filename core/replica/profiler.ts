// Where the steps and the time of one replica go. Samples are taken where runs are cut, at pseudo-random steps; times are
// the host's, measured where code tells what it is busy with.
// DETERMINISM: a run may be cut anywhere without the guest noticing, and nothing here flows back into the machine.
import { ACTIVITIES, type Activity, type ActivityObserver } from "../api/activity-observer.ts";
import type { ProcessorPosition } from "../api/processor.ts";
import type { SymbolTable } from "./symbol-table.ts";

/** Steps between samples: from the least on, and as many more at random. */
const LEAST_STEPS = 50_000;
/** Addresses without a name are put together in blocks of so many bytes. */
const BLOCK_BYTES = 256n;
const MAX_PLACES = 1000;
/**
 * Of the most frequent activity only one occurrence in so many is timed: looking at the clock takes as long as it does.
 * The others count as part of what they interrupt, until the report puts that right.
 */
const REFILLS_PER_TIMED = 16;
const SEED = 0x9e37_79b9;

export interface ProfiledPlace {
  /** Name of a symbol, or the address of a block of code. */
  readonly place: string;
  readonly privilege: string;
  readonly samples: number;
  /** Samples in code that is compiled. */
  readonly compiledSamples: number;
}

/** Plain data. */
export interface ReplicaProfile {
  readonly activityMs: Readonly<Record<Activity, number>>;
  readonly samples: number;
  /** The ones with most samples first. */
  readonly places: readonly ProfiledPlace[];
}

function noTime(): Record<Activity, number> {
  const none = ACTIVITIES.map((activity) => [activity, 0]);
  return Object.fromEntries(none) as Record<Activity, number>;
}

export class Profiler implements ActivityObserver {
  readonly #now: () => number;
  readonly #symbols: SymbolTable;
  readonly #ms: Record<Activity, number> = noTime();
  /** Timed refills, by what they interrupted. */
  readonly #refillMs: Record<Activity, number> = noTime();
  #interrupted: Activity = "other";
  #refills = 0;
  #activity: Activity = "other";
  #since = 0;
  #random = SEED;
  #samples = 0;
  readonly #places = new Map<string, { -readonly [K in keyof ProfiledPlace]: ProfiledPlace[K] }>();

  /** @param now milliseconds, monotonic */
  constructor(symbols: SymbolTable, now: () => number) {
    this.#symbols = symbols;
    this.#now = now;
  }

  /** The replica has something to do. */
  begin(): void {
    this.#since = this.#now();
    this.#activity = "other";
  }

  /** It waits. */
  end(): void {
    this.#account();
  }

  enter(activity: Activity): Activity {
    const before = this.#activity;
    if (activity === before) return before;
    if (activity === "refill") {
      this.#refills += 1;
      if (this.#refills % REFILLS_PER_TIMED !== 0) return before;
    }
    this.#account();
    if (activity === "refill") this.#interrupted = before;
    this.#activity = activity;
    return before;
  }

  #account(): void {
    const now = this.#now();
    const ms = now - this.#since;
    if (this.#activity === "refill") this.#refillMs[this.#interrupted] += ms;
    else this.#ms[this.#activity] += ms;
    this.#since = now;
  }

  /** Steps to run before the next sample. */
  nextSpan(): number {
    // xorshift32 (Marsaglia, 2003)
    let random = this.#random;
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    this.#random = random;
    return LEAST_STEPS + ((random >>> 0) % LEAST_STEPS);
  }

  sample({ pc, privilege, isCompiled }: ProcessorPosition): void {
    const address = BigInt.asUintN(64, pc);
    const place =
      this.#symbols.find(address)?.name ?? `0x${(address - (address % BLOCK_BYTES)).toString(16)}`;
    const key = `${privilege} ${place}`;
    const known = this.#places.get(key) ?? { place, privilege, samples: 0, compiledSamples: 0 };
    known.samples += 1;
    if (isCompiled) known.compiledSamples += 1;
    this.#places.set(key, known);
    this.#samples += 1;
  }

  report(): ReplicaProfile {
    const activityMs = { ...this.#ms };
    for (const interrupted of ACTIVITIES) {
      const timed = this.#refillMs[interrupted];
      const others = Math.min(timed * (REFILLS_PER_TIMED - 1), activityMs[interrupted]);
      activityMs[interrupted] -= others;
      activityMs.refill += timed + others;
    }
    const places = [...this.#places.values()].sort((a, b) => b.samples - a.samples);
    return {
      activityMs,
      samples: this.#samples,
      places: places.slice(0, MAX_PLACES),
    };
  }
}
