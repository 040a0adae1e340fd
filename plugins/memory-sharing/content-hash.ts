// Equal pages share one frame wherever they are in the machine, as in ESX (Waldspurger, Memory Resource Management in
// VMware ESX Server, OSDI 2002, section 4) and KSM (Arcangeli, Eidus, Wright, Increasing Memory Density by Using KSM,
// Linux Symposium 2009). Both find candidates by a hash and compare in full before they share; pages of zeros go first.
//
// Here only the checkpoint's pages are looked at: nobody changes them between checkpoints, so a hash stays true until
// the page is verified anew. A page written since is left alone until the next checkpoint (KSM's test for volatile
// pages: unchanged between two looks).
import {
  type MemorySharing,
  type MemorySharingProvider,
  type SharingMechanism,
  ZERO_PAGE,
} from "../../core/index.ts";

interface Options {
  readonly scanPages: number;
  readonly mergePages: number;
}

/** How a page of the checkpoint is hashed. */
type HashPage = (page: number, mechanism: SharingMechanism) => number;

/** What a page has in common with another one, as far as is known. */
interface Candidate {
  readonly hash: number;
  readonly other: number;
}

class ContentHash implements MemorySharing {
  readonly #options: Options;
  readonly #hashPage: HashPage;
  /** Pages that have no hash of what they hold now, each once; from `#next` on still to do. */
  #waiting: number[] = [];
  #next = 0;
  /** 1 for pages among them. */
  #isWaiting = new Uint8Array(0);
  /** A page with this hash, as far as is known: a hint. */
  readonly #pageOf = new Map<number, number>();
  /** Pages merged with it, to take its place once it is written. */
  readonly #twinsOf = new Map<number, Set<number>>();
  readonly #hashOf = new Map<number, number>();
  /** By page, in the order in which they were hashed. */
  readonly #candidates = new Map<number, Candidate>();
  #hasStarted = false;

  constructor(options: Options, hashPage: HashPage) {
    this.#options = options;
    this.#hashPage = hashPage;
  }

  replicaStarted(_replica: number, touchedPages: readonly number[]): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    this.#wait(touchedPages);
  }

  scan(mechanism: SharingMechanism): void {
    if (this.#pageOf.size === 0) this.#pageOf.set(this.#hashPage(ZERO_PAGE, mechanism), ZERO_PAGE);
    const end = Math.min(this.#next + this.#options.scanPages, this.#waiting.length);
    for (; this.#next < end; this.#next++) this.#look(this.#waiting[this.#next] ?? 0, mechanism);
    // What is done is let go once it is the larger part: pages may be written faster than they are hashed, for ever.
    if (this.#next * 2 < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#next);
    this.#next = 0;
  }

  pagesVerified(
    pages: readonly number[],
    replicas: readonly number[],
    mechanism: SharingMechanism,
  ): void {
    this.#wait(pages);
    this.#merge(mechanism);
    const [first, ...others] = replicas;
    if (first !== undefined) mechanism.promote(first, pages);
    for (const replica of others) mechanism.shareWithCheckpoint(replica, pages);
  }

  /** @param pages ascending. HOT: replicas stand still. */
  #wait(pages: readonly number[]): void {
    const needed = (pages.at(-1) ?? 0) + 1;
    if (needed > this.#isWaiting.length) {
      const before = this.#isWaiting;
      this.#isWaiting = new Uint8Array(needed * 2);
      this.#isWaiting.set(before);
    }
    for (const page of pages) {
      if (this.#isWaiting[page] === 1) continue;
      this.#isWaiting[page] = 1;
      this.#waiting.push(page);
    }
  }

  #look(page: number, mechanism: SharingMechanism): void {
    this.#isWaiting[page] = 0;
    this.#forget(page);
    this.#candidates.delete(page);
    if (mechanism.isSameFrame(page, ZERO_PAGE)) return;
    const hash = this.#hashPage(page, mechanism);
    const other = this.#pageOf.get(hash);
    if (other === undefined) this.#remember(page, hash);
    else if (!mechanism.isSameFrame(page, other)) this.#candidates.set(page, { hash, other });
  }

  #remember(page: number, hash: number): void {
    this.#pageOf.set(hash, page);
    this.#hashOf.set(page, hash);
  }

  #rememberTwin(page: number, { hash, other }: Candidate): void {
    if (other === ZERO_PAGE) return;
    const twins = this.#twinsOf.get(hash) ?? new Set();
    this.#twinsOf.set(hash, twins.add(page));
    this.#hashOf.set(page, hash);
  }

  #forget(page: number): void {
    const hash = this.#hashOf.get(page);
    if (hash === undefined) return;
    this.#hashOf.delete(page);
    const twins = this.#twinsOf.get(hash);
    twins?.delete(page);
    if (this.#pageOf.get(hash) === page) {
      this.#pageOf.delete(hash);
      for (const twin of twins ?? []) {
        this.#pageOf.set(hash, twin);
        twins?.delete(twin);
        break;
      }
    }
    if (twins?.size === 0) this.#twinsOf.delete(hash);
  }

  /**
   * Before anything else changes: what was looked at is still what the checkpoint holds, but for pages that wait. Those
   * written since are dropped without counting, or what is rewritten all the time would hold up what is not.
   * HOT: replicas stand still.
   */
  #merge(mechanism: SharingMechanism): void {
    let left = this.#options.mergePages;
    for (const [page, candidate] of this.#candidates) {
      if (left === 0) return;
      this.#candidates.delete(page);
      if (this.#isWaiting[page] === 1) continue;
      const { hash, other } = candidate;
      if (this.#isWaiting[other] === 1) {
        this.#wait([page]);
        continue;
      }
      left--;
      if (mechanism.mergePages(page, other)) this.#rememberTwin(page, candidate);
      // The hash misled: from now on others are compared with this one.
      else this.#remember(page, hash);
    }
  }
}

/** @param hashPage any function of a page's contents: a bad one finds less, and makes nothing wrong */
export const contentHashUsing = (hashPage: HashPage): MemorySharingProvider => ({
  kind: "memory-sharing",
  name: "content-hash",
  summary: "As merge-verified, and equal pages share a frame wherever they are",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      scanPages: {
        type: "integer",
        minimum: 1,
        default: 256,
        description: "Pages of the checkpoint hashed after each epoch, while replicas run",
      },
      mergePages: {
        type: "integer",
        minimum: 1,
        default: 1024,
        description:
          "Pages compared and merged at a checkpoint at most, while replicas stand still",
      },
    },
  },
  create: (options) => new ContentHash(options as unknown as Options, hashPage),
});

export const contentHash: MemorySharingProvider = contentHashUsing((page, mechanism) =>
  mechanism.hashCheckpoint(page),
);
