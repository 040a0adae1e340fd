// A chain of hashes: the digest of each link covers the one before it, so that the last one stands for all links and
// their order (Haber and Stornetta, "How to Time-Stamp a Digital Document", 1991, section 5.1). Links come in at one
// end and go at the other.
//
//   digest = SHA-256(digest of the link before, u32 seal of this link)
import { hash } from "node:crypto";

export interface Links {
  readonly length: number;
  sealAt(place: number): number;
}

export class HashChain {
  /** Of the last link that has gone, twice. */
  #anchors: readonly [Buffer, Buffer] = [Buffer.alloc(32), Buffer.alloc(32)];
  readonly #digests: Buffer[] = [];
  /** The last digest, once more: a damaged one must not become part of those that follow. */
  #head: Buffer = Buffer.alloc(32);

  get length(): number {
    return this.#digests.length;
  }

  /** All digests, and the second copy of the last one. */
  get digests(): readonly Buffer[] {
    return [...this.#digests, this.#head];
  }

  append(seal: number): void {
    const digest = linkOf(this.#head, seal);
    this.#digests.push(digest);
    this.#head = Buffer.from(digest);
  }

  /** The oldest ones are not needed any more. */
  dropOldest(count: number): void {
    const anchor = this.#digests[count - 1];
    if (anchor === undefined) return;
    this.#anchors = [Buffer.from(anchor), Buffer.from(anchor)];
    this.#digests.splice(0, count);
  }

  /**
   * Verifies the links from a place on, and puts right what is damaged of the chain itself.
   * @param links their number and seals, oldest first
   * @returns how many digests were put right, or undefined when the links are not those that were appended
   */
  verify(links: Links, from = 0, to: number = links.length): number | undefined {
    if (links.length !== this.length) return undefined;
    const start = this.#digests[from - 1];
    const repaired = start === undefined ? undefined : this.#verifyAfter(start, links, from, to);
    if (repaired !== undefined) return repaired;
    // What it started from may be what is damaged.
    for (const anchor of this.#anchors) {
      const count = this.#verifyAfter(anchor, links, 0, to);
      if (count === undefined) continue;
      const isDamaged = !this.#anchors[0].equals(this.#anchors[1]);
      this.#anchors = [Buffer.from(anchor), Buffer.from(anchor)];
      return count + (isDamaged ? 1 : 0);
    }
    return undefined;
  }

  #verifyAfter(start: Buffer, links: Links, from: number, to: number): number | undefined {
    const right: [place: number, digest: Buffer][] = [];
    let before = start;
    // Whether the last digest does not fit: one that changed does not reach its successor, a link that changed does.
    let isPending = false;
    for (let place = from; place < to || (isPending && place < this.length); place++) {
      before = linkOf(before, links.sealAt(place));
      const isDamaged = this.#digests[place]?.equals(before) !== true;
      if (isDamaged && isPending) return undefined;
      isPending = isDamaged;
      if (isDamaged) right.push([place, before]);
      if (place !== this.length - 1) continue;
      const isHeadRight = this.#head.equals(before);
      if (isDamaged && !isHeadRight) return undefined;
      isPending = false;
      if (!isHeadRight) right.push([this.length, before]);
    }
    for (const [place, digest] of right) {
      if (place === this.length) this.#head = Buffer.from(digest);
      else this.#digests[place] = digest;
    }
    return right.length;
  }
}

function linkOf(before: Buffer, seal: number): Buffer {
  const link = Buffer.allocUnsafe(before.length + 4);
  before.copy(link);
  link.writeUInt32LE(seal >>> 0, before.length);
  return hash("sha256", link, "buffer");
}
