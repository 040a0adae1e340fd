// A link that misbehaves as networks do, for tests and for experiments with faults: late, cut in one direction or both,
// with bytes flipped, or lost altogether. Seeded: the same faults at the same bytes. TCP keeps order, so does this.
import { Duplex } from "node:stream";
import { ImpairedLane, type LaneImpairment } from "./impaired-lane.ts";
import { SeededSequence } from "./seeded-sequence.ts";

export interface StreamImpairment extends LaneImpairment {
  readonly seed: number;
}

/** Seen from this end of the link. */
export type Direction = "in" | "out" | "both";

export class ImpairedStream extends Duplex {
  readonly #inner: Duplex;
  readonly #in: ImpairedLane;
  readonly #out: ImpairedLane;

  constructor(inner: Duplex, impairment: StreamImpairment) {
    super({ allowHalfOpen: false });
    this.#inner = inner;
    const lane = (number: number, pass: (chunk: Uint8Array | undefined) => void): ImpairedLane =>
      new ImpairedLane(impairment, new SeededSequence(impairment.seed * 2 + number), pass);
    this.#in = lane(0, (chunk) => {
      this.push(chunk ?? null);
    });
    this.#out = lane(1, (chunk) => {
      if (chunk === undefined) inner.end();
      else inner.write(chunk);
    });
    inner.on("data", (chunk: Uint8Array) => {
      inner.pause();
      this.#in.push(chunk, () => inner.resume());
    });
    // Behind a cut nobody learns that the other side has gone.
    let isGone = false;
    const gone = (): void => {
      if (!isGone) this.#in.push(undefined);
      isGone = true;
    };
    inner.on("end", gone).on("close", gone);
    inner.on("error", () => {});
  }

  cut(direction: Direction = "both"): void {
    for (const lane of this.#lanes(direction)) lane.cut();
  }

  heal(): void {
    for (const lane of this.#lanes("both")) lane.heal();
  }

  /** Flips one bit of what passes next. */
  flipOnce(direction: "in" | "out"): void {
    for (const lane of this.#lanes(direction)) lane.flipOnce();
  }

  /** The connection is lost, as when a machine on its way forgets it. */
  lose(): void {
    this.destroy();
  }

  override _read(): void {
    this.#inner.resume();
  }

  override _write(
    chunk: Uint8Array,
    _encoding: BufferEncoding,
    callback: (error?: Error | null) => void,
  ): void {
    this.#out.push(chunk, () => callback());
  }

  override _final(callback: (error?: Error | null) => void): void {
    // What waits goes first.
    this.#out.push(undefined);
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    for (const lane of this.#lanes("both")) lane.close();
    this.#inner.destroy();
    callback(error);
  }

  #lanes(direction: Direction): ImpairedLane[] {
    if (direction === "both") return [this.#in, this.#out];
    return [direction === "in" ? this.#in : this.#out];
  }
}
