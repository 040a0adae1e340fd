// What the link carries per stretch of virtual time. A link has a rate, and it bounds what a guest can make the host
// hold per epoch by offering one buffer again and again; frames beyond it are lost, as on a congested wire.
import type { Saved, StateReader, StateWriter, VirtualClock } from "../../../../core/index.ts";

/** A millisecond at 10 MHz. */
const WINDOW_TICKS = 10_000;
/** 67 Gbit/s: beyond what a guest can prepare in a virtual millisecond. */
export const WINDOW_BYTES: number = 8 * 1024 * 1024;

export class LinkRate implements Saved {
  readonly #clock: VirtualClock;
  #window = 0;
  #used = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** @returns whether the link still carries a frame of that length now. */
  take(bytes: number): boolean {
    const window = Math.floor(this.#clock.now() / WINDOW_TICKS);
    if (window !== this.#window) {
      this.#window = window;
      this.#used = 0;
    }
    if (this.#used + bytes > WINDOW_BYTES) return false;
    this.#used += bytes;
    return true;
  }

  save(writer: StateWriter): void {
    writer.number(this.#window);
    writer.u32(this.#used);
  }

  restore(reader: StateReader): void {
    this.#window = reader.number();
    this.#used = reader.u32();
  }
}
