// Looks after the memory of the known-good checkpoint: a digest of each page is kept from when it was verified, and pages
// are compared with theirs again, some after each epoch, all of them before a recovery starts from them. Where replicas
// share a frame with the checkpoint, nothing else would notice that it rots: all of them read the same.
//
// The digest is the one of core/memory/page-module.ts (after XXH32). Each of its steps is invertible in the word that it
// takes in, so an error within one aligned 32-bit word is never missed; any other with a probability of 2^-32.
import type { FrameSharing } from "../memory/frame-sharing.ts";
import type { IntegrityWatch } from "./integrity-watch.ts";

export type ScrubbedFrames = Pick<FrameSharing, "tables" | "hashFrame" | "touchedPages" | "pool">;

export class CheckpointScrubber {
  readonly #frames: ScrubbedFrames;
  readonly #watch: IntegrityWatch;
  readonly #digests: Uint32Array;
  /** 1 for pages that have a digest of what the checkpoint holds now. */
  readonly #isKnown: Uint8Array;
  /** Pages of new checkpoints, whose digests are void; noted while replicas stand still, and seen to afterwards. */
  #renewed: (readonly number[])[] = [];
  /** Pages that wait for one; those before `#next` are done. */
  #waiting: readonly number[] = [];
  /** 1 for pages that wait. */
  readonly #isWaiting: Uint8Array;
  #next = 0;
  #nextVerified = 0;
  /** Pages that rotted, and the frame they are in; nobody reads it, and nobody has what it was. */
  readonly #lost = new Map<number, number>();

  constructor(frames: ScrubbedFrames, watch: IntegrityWatch) {
    const { length } = frames.tables.checkpointMap;
    this.#frames = frames;
    this.#watch = watch;
    this.#digests = new Uint32Array(length);
    this.#isKnown = new Uint8Array(length);
    this.#isWaiting = new Uint8Array(length);
    this.reset();
  }

  /** False: recovery can't start from the newest checkpoint, and a new one should be taken. */
  get isSound(): boolean {
    return this.#lost.size === 0;
  }

  /** Pages that have a digest. */
  get known(): number {
    this.#seeToRenewed();
    return this.#isKnown.reduce((sum, one) => sum + one, 0);
  }

  /** Bytes of its own tables. */
  get bytes(): number {
    return this.#digests.byteLength + this.#isKnown.byteLength + this.#isWaiting.byteLength;
  }

  /** The checkpoint is another one than before: what is known of it is void. */
  reset(): void {
    this.#renewed = [];
    this.#isKnown.fill(0);
    this.#waiting = this.#frames.touchedPages();
    this.#next = 0;
    this.#isWaiting.fill(0);
    for (const page of this.#waiting) this.#isWaiting[page] = 1;
    const map = this.#frames.tables.checkpointMap;
    for (const [page, frame] of this.#lost) {
      if (frameOf(map[page]) !== frame) this.#lost.delete(page);
    }
  }

  /**
   * These pages are the checkpoint's from now on, as they were compared.
   * @throws IntegrityBreach when replicas read again what rotted
   */
  verified(pages: readonly number[]): void {
    this.#renewed.push(pages);
    if (this.isSound) return;
    this.#seeToRenewed();
    for (const page of pages) this.#lost.delete(page);
    // A page that all replicas wrote since this checkpoint was begun is replaced by the one after it.
    const read = [...this.#lost].find(([page, frame]) => this.#isRead(page, frame));
    if (read !== undefined) {
      this.#watch.broken(nameOf(read[0]), "the next checkpoint does not replace it");
    }
  }

  /**
   * After an epoch, while replicas run.
   * @param digest pages that are given a digest at most, of those that wait for one
   * @param verify pages that are compared with theirs
   */
  step(digest: number, verify: number): void {
    this.#seeToRenewed();
    this.#digestSome(digest);
    const all = this.#isKnown.length;
    let left = verify;
    for (let looks = 0; looks < all && left > 0; looks++) {
      const page = this.#nextVerified;
      this.#nextVerified = (page + 1) % all;
      if (this.#isKnown[page] !== 1) continue;
      left--;
      this.verify(page);
    }
  }

  /** Before a recovery. @throws IntegrityBreach when replicas have read what rotted */
  verifyAll(): void {
    this.#seeToRenewed();
    for (let page = 0; page < this.#isKnown.length; page++) {
      if (this.#isKnown[page] === 1) this.verify(page);
    }
  }

  /** @returns whether a frame holds what was verified of a page; undefined where that is not known */
  fits(page: number, frame: number): boolean | undefined {
    this.#seeToRenewed();
    if (this.#isKnown[page] !== 1) return undefined;
    return this.#frames.hashFrame(frame) === this.#digests[page];
  }

  verify(page: number): void {
    const { checkpointMap, arenas } = this.#frames.tables;
    const frame = frameOf(checkpointMap[page]);
    if (this.fits(page, frame) !== false) return;
    const { pool } = this.#frames;
    for (const { replica, map } of arenas) {
      const other = frameOf(map[page]);
      if (other === frame || this.fits(page, other) !== true) continue;
      pool.copy(other, frame);
      // The replica runs, and may have written it meanwhile.
      if (this.fits(page, frame) !== true) continue;
      this.#watch.repaired(nameOf(page), `from what replica ${replica} has there`);
      return;
    }
    const name = nameOf(page);
    if (this.#isRead(page, frame)) {
      this.#watch.broken(name, "replicas read it, and nobody has what was verified");
    }
    this.#isKnown[page] = 0;
    this.#lost.set(page, frame);
    this.#watch.repaired(name, "nobody reads it: another checkpoint takes its place");
  }

  #seeToRenewed(): void {
    if (this.#renewed.length === 0) return;
    const waiting = this.#waiting.slice(this.#next);
    for (const pages of this.#renewed) {
      for (const page of pages) {
        this.#isKnown[page] = 0;
        if (this.#isWaiting[page] === 1) continue;
        this.#isWaiting[page] = 1;
        waiting.push(page);
      }
    }
    this.#renewed = [];
    this.#waiting = waiting;
    this.#next = 0;
  }

  #isRead(page: number, frame: number): boolean {
    return this.#frames.tables.arenas.some(({ map }) => frameOf(map[page]) === frame);
  }

  #digestSome(most: number): void {
    const map = this.#frames.tables.checkpointMap;
    const end = Math.min(this.#waiting.length, this.#next + most);
    for (; this.#next < end; this.#next++) {
      const page = this.#waiting[this.#next] ?? 0;
      this.#digests[page] = this.#frames.hashFrame(frameOf(map[page]));
      this.#isKnown[page] = 1;
      this.#isWaiting[page] = 0;
    }
    if (this.#next < this.#waiting.length) return;
    this.#waiting = [];
    this.#next = 0;
  }
}

const frameOf = (entry = 0): number => entry >>> 1;
const nameOf = (page: number): string => `checkpoint page 0x${page.toString(16)}`;
