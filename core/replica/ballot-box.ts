// Ballots in shared memory, one box per arena: a replica votes without waking the coordinator's thread unless its vote
// is the last one that is missing. A ballot counts once its number is stored, so a voter may die at any instant.
//
//   words of each box   whether it is voted in, last epoch voted on, ballots written, ballots read; f64 each, which nothing
//                       but figures rest on: instant of the last vote (host milliseconds), how long the replica stood
//                       still when it last held its pages (ms); complement of the last epoch voted on, unused
//   then for each box   a ring of ballots: u32 number, u32 bytes, u32 seal, u32 unused, encoded ballot
import type { Ballot } from "../api/epoch.ts";
import { rememberSeal } from "../integrity/ballot-seals.ts";
import { sealOf } from "../integrity/seal.ts";
import { decodeBallot, encodeBallot } from "./ballot-codec.ts";

const WORD = { isVoting: 0, lastEpoch: 1, written: 2, read: 3, notLastEpoch: 8 } as const;
const WORDS = 10;
/** In doubles. */
const TIME = { voted: 2, stood: 3 } as const;
const RING = 8;
/** What is longer goes the slow way. */
const BALLOT_BYTES = 16_384;
const HEADER_BYTES = 16;
/** Of one box. */
export const BALLOT_BOX_BYTES: number = WORDS * Int32Array.BYTES_PER_ELEMENT + RING * BALLOT_BYTES;
const NONE = -1;

export class BallotBoxes {
  /** Plain data: posted to replica workers. */
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #times: Float64Array<SharedArrayBuffer>;
  readonly #boxes: number;
  readonly #areSealsChecked: boolean;

  static create(arenas: number, areSealsChecked = true): BallotBoxes {
    const words = arenas * WORDS * Int32Array.BYTES_PER_ELEMENT;
    const shared = new SharedArrayBuffer(words + arenas * RING * BALLOT_BYTES);
    return new BallotBoxes(shared, areSealsChecked);
  }

  /** @param areSealsChecked false: whatever stands in a box is taken */
  constructor(shared: SharedArrayBuffer, areSealsChecked = true) {
    this.#areSealsChecked = areSealsChecked;
    const perBox = WORDS * Int32Array.BYTES_PER_ELEMENT + RING * BALLOT_BYTES;
    this.shared = shared;
    this.#boxes = shared.byteLength / perBox;
    this.#words = new Int32Array(shared, 0, this.#boxes * WORDS);
    this.#times = new Float64Array(shared, 0, (this.#boxes * WORDS) / 2);
  }

  /** Coordinator: a replica that does not exist yet is going to vote in this box. */
  open(box: number): void {
    this.#setLast(box, NONE);
    this.#store(box, WORD.written, 0);
    this.#store(box, WORD.read, 0);
    this.stoodFor(box, 0);
    this.#store(box, WORD.isVoting, 1);
  }

  /** Coordinator: a box's words and ring, where they stand. */
  state(box: number): readonly ArrayBufferView[] {
    const [words, ring] = [
      this.#words.subarray(box * WORDS, (box + 1) * WORDS),
      this.#place(box, 0),
    ];
    return [words, new Uint8Array(ring.buffer, ring.byteOffset, RING * BALLOT_BYTES)];
  }

  /** Coordinator: when the last vote was cast here, in host milliseconds. */
  votedAtMs(box: number): number {
    return this.#times[(box * WORDS) / 2 + TIME.voted] ?? 0;
  }

  /** Coordinator: milliseconds that the replica stood still when it last held its pages. */
  stoodMs(box: number): number {
    return this.#times[(box * WORDS) / 2 + TIME.stood] ?? 0;
  }

  /** Coordinator: nobody waits for votes in this box any more. */
  close(box: number): void {
    this.#store(box, WORD.isVoting, 0);
  }

  /** Coordinator: ballots since the last call. @throws RangeError when one of them cannot be read */
  take(box: number): Ballot[] {
    const ballots: Ballot[] = [];
    const written = this.#load(box, WORD.written);
    const read = this.#load(box, WORD.read);
    if (written < read || written - read > RING) {
      throw new RangeError(`box ${box} has ${written} ballots written and ${read} read`);
    }
    for (let number = read; number < written; number += 1) {
      ballots.push(this.#read(box, number));
      this.#store(box, WORD.read, number + 1);
    }
    return ballots;
  }

  /**
   * Replica: leaves a ballot.
   * @param now host milliseconds
   * @returns false when there is no room for it
   */
  vote(box: number, ballot: Ballot, now: () => number): boolean {
    const written = this.#load(box, WORD.written);
    if (written - this.#load(box, WORD.read) >= RING) return false;
    const place = this.#place(box, written);
    const content = place.subarray(HEADER_BYTES);
    const length = encodeBallot(ballot, content);
    if (length === undefined) return false;
    const view = headerOf(place);
    view.setUint32(0, written, true);
    view.setUint32(4, length, true);
    view.setUint32(8, sealOf(content.subarray(0, length), sealOf(place.subarray(0, 8), box)), true);
    this.#setTime(box, TIME.voted, now());
    this.#store(box, WORD.written, written + 1);
    this.#setLast(box, ballot.epoch);
    return true;
  }

  /** Replica: it stood still for so many milliseconds to hold its pages. */
  stoodFor(box: number, forMs: number): void {
    this.#setTime(box, TIME.stood, forMs);
  }

  /** Replica: it votes by message, at this instant in host milliseconds. */
  voted(box: number, epoch: number, atMs: number): void {
    this.#setTime(box, TIME.voted, atMs);
    this.#setLast(box, epoch);
  }

  /** Coordinator: whether it has voted on this epoch, whatever of its ballots was read. False where a word is damaged. */
  hasVoted(box: number, epoch: number): boolean {
    const last = this.#load(box, WORD.lastEpoch);
    return last === ~this.#load(box, WORD.notLastEpoch) && last >= epoch;
  }

  /** Replica, after its vote: whether all others have voted on the epoch too. Of two that vote at once, one is told so. */
  isLast(epoch: number): boolean {
    return this.#hasNone((last) => last < epoch);
  }

  /** Replica, after it left its state: whether no other one that has voted at all is behind. */
  isNobodyBehind(epoch: number): boolean {
    return this.#hasNone((last) => last !== NONE && last < epoch);
  }

  /** @param isMeant told the last epoch voted on in a box */
  #hasNone(isMeant: (last: number) => boolean): boolean {
    for (let box = 0; box < this.#boxes; box += 1) {
      const isVoting = this.#load(box, WORD.isVoting) !== 0;
      if (isVoting && isMeant(this.#load(box, WORD.lastEpoch))) return false;
    }
    return true;
  }

  /** From a copy: what is verified is what is read. */
  #read(box: number, number: number): Ballot {
    const all = this.#place(box, number);
    if (!this.#areSealsChecked) return decodeBallot(all.slice(HEADER_BYTES));
    const place = all.slice(0, HEADER_BYTES + headerOf(all).getUint32(4, true));
    const view = headerOf(place);
    const length = view.getUint32(4, true);
    const content = place.subarray(HEADER_BYTES, HEADER_BYTES + length);
    const seal = sealOf(content, sealOf(place.subarray(0, 8), box));
    if (view.getUint32(0, true) !== number || view.getUint32(8, true) !== seal) {
      throw new RangeError(`ballot ${number} in box ${box} is damaged`);
    }
    const ballot = decodeBallot(content);
    rememberSeal(ballot, content);
    return ballot;
  }

  #place(box: number, number: number): Uint8Array {
    const first = this.#boxes * WORDS * Int32Array.BYTES_PER_ELEMENT;
    const at = first + (box * RING + (number % RING)) * BALLOT_BYTES;
    return new Uint8Array(this.shared, at, BALLOT_BYTES);
  }

  #setTime(box: number, time: number, milliseconds: number): void {
    this.#times[(box * WORDS) / 2 + time] = milliseconds;
  }

  #setLast(box: number, epoch: number): void {
    this.#store(box, WORD.lastEpoch, epoch);
    this.#store(box, WORD.notLastEpoch, ~epoch);
  }

  #load(box: number, word: number): number {
    return Atomics.load(this.#words, box * WORDS + word);
  }

  #store(box: number, word: number, value: number): void {
    Atomics.store(this.#words, box * WORDS + word, value);
  }
}

const headerOf = (place: Uint8Array): DataView =>
  new DataView(place.buffer, place.byteOffset, HEADER_BYTES);
