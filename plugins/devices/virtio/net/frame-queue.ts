// Frames that wait for the driver to offer buffers. Bounded, as a real card's memory is: what does not fit is lost.
import type { Saved, StateReader, StateWriter } from "../../../../core/index.ts";

/** Holds what a backend gives in a few epochs. It is part of the machine's saved state, so it can't be large. */
export const MAX_WAITING_BYTES: number = 4 * 1024 * 1024;
export const MAX_WAITING_FRAMES = 4096;

export class FrameQueue implements Saved {
  #frames: Uint8Array[] = [];
  /** Those before it are taken. */
  #first = 0;
  #bytes = 0;

  get first(): Uint8Array | undefined {
    return this.#frames[this.#first];
  }

  /** Keeps a copy of the frame, or drops it where there is no room. */
  push(frame: Uint8Array): void {
    const isFull = this.#frames.length - this.#first >= MAX_WAITING_FRAMES;
    if (isFull || this.#bytes + frame.length > MAX_WAITING_BYTES) return;
    this.#frames.push(frame.slice());
    this.#bytes += frame.length;
  }

  shift(): void {
    this.#bytes -= this.first?.length ?? 0;
    this.#first += 1;
    if (this.#first >= this.#frames.length) this.clear();
    else if (this.#first >= MAX_WAITING_FRAMES) this.#forgetTaken();
  }

  clear(): void {
    this.#frames = [];
    this.#first = 0;
    this.#bytes = 0;
  }

  /** A queue that never runs empty would hold every frame there ever was. */
  #forgetTaken(): void {
    this.#frames = this.#frames.slice(this.#first);
    this.#first = 0;
  }

  save(writer: StateWriter): void {
    const waiting = this.#frames.slice(this.#first);
    writer.u32(waiting.length);
    for (const frame of waiting) writer.bytes(frame);
  }

  restore(reader: StateReader): void {
    this.clear();
    for (let left = reader.u32(); left > 0; left -= 1) this.push(reader.bytes());
  }
}
