// One direction of an impaired link: bytes in their order, later, changed, or held as long as the direction is cut.
import type { SeededSequence } from "./seeded-sequence.ts";

export interface LaneImpairment {
  /** Each piece is late by up to so many wall milliseconds, at least by the first figure. */
  readonly delayMs?: readonly [least: number, most: number];
  /** Share of bytes in which a bit is flipped. */
  readonly corruptShare?: number;
}

interface Held {
  /** Undefined for the end of the stream. */
  readonly chunk: Uint8Array | undefined;
  readonly dueMs: number;
  readonly passed: () => void;
}

/** What the sender's machine takes of a cut connection before it stops writing. */
const SEND_BUFFER_BYTES = 256 * 1024;

export class ImpairedLane {
  readonly #impairment: LaneImpairment;
  readonly #random: SeededSequence;
  readonly #pass: (chunk: Uint8Array | undefined) => void;
  readonly #held: Held[] = [];
  #heldBytes = 0;
  #isCut = false;
  #timer: NodeJS.Timeout | undefined;
  #flipsDue = 0;

  constructor(
    impairment: LaneImpairment,
    random: SeededSequence,
    pass: (chunk: Uint8Array | undefined) => void,
  ) {
    this.#impairment = impairment;
    this.#random = random;
    this.#pass = pass;
  }

  /** Bytes enter, or the end of the stream; `done` when more may follow. */
  push(chunk: Uint8Array | undefined, done: () => void = () => {}): void {
    const [least, most] = this.#impairment.delayMs ?? [0, 0];
    const late = least + this.#random.next() * (most - least);
    this.#heldBytes += chunk?.length ?? 0;
    const isRoom = this.#heldBytes <= SEND_BUFFER_BYTES;
    this.#held.push({
      chunk: chunk && this.#corrupted(chunk),
      dueMs: performance.now() + late,
      passed: isRoom ? () => {} : done,
    });
    if (isRoom) done();
    this.#pump();
  }

  /** Bytes wait from here on, as those of a TCP connection do while no packet gets through. */
  cut(): void {
    this.#isCut = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  heal(): void {
    this.#isCut = false;
    this.#pump();
  }

  /** One bit of the next piece is flipped. */
  flipOnce(): void {
    this.#flipsDue++;
  }

  close(): void {
    this.cut();
    this.#held.length = 0;
  }

  #pump(): void {
    if (this.#isCut || this.#timer !== undefined) return;
    for (let [next] = this.#held; next !== undefined; [next] = this.#held) {
      const waitMs = next.dueMs - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          this.#pump();
        }, waitMs);
        return;
      }
      this.#held.shift();
      this.#heldBytes -= next.chunk?.length ?? 0;
      this.#pass(next.chunk);
      next.passed();
      if (this.#isCut) return;
    }
  }

  #corrupted(chunk: Uint8Array): Uint8Array {
    const { corruptShare = 0 } = this.#impairment;
    if (corruptShare === 0 && this.#flipsDue === 0) return chunk;
    const bytes = new Uint8Array(chunk);
    for (let at = 0; at < bytes.length; at++) {
      if (this.#random.next() < corruptShare) this.#flip(bytes, at);
    }
    for (; this.#flipsDue > 0 && bytes.length > 0; this.#flipsDue--) {
      this.#flip(bytes, this.#random.below(bytes.length));
    }
    return bytes;
  }

  #flip(bytes: Uint8Array, at: number): void {
    bytes[at] = (bytes[at] ?? 0) ^ (1 << this.#random.below(8));
  }
}
