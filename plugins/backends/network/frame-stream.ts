// A connection that carries frames, between the device's port and a peer. Neither side can make the host hold more than
// a bounded amount: a peer that sends too fast is not read, frames for one that reads too slowly are dropped.
import type { Duplex } from "node:stream";
import type { BackendContext } from "../../../core/index.ts";
import { HeldStream } from "../held-stream.ts";
import { FrameReader, withLength } from "./frame-codec.ts";
import type { FramePort } from "./frame-port.ts";

/** Unsent bytes kept for a peer. A network may lose frames, and what runs over it repeats them. */
const MAX_UNSENT_BYTES: number = 8 * 1024 * 1024;
/** What was written still leaves when the run ends, but not for a peer that does not read. */
const CLOSE_MS = 500;

export class FrameStream {
  readonly #stream: Duplex;
  readonly #held: HeldStream;
  readonly #port: FramePort;
  readonly #context: BackendContext;
  #isLossReported = false;

  /** @param onEnd called once, with what went wrong if anything did */
  constructor(
    stream: Duplex,
    port: FramePort,
    context: BackendContext,
    onEnd: (problem: string | undefined) => void,
  ) {
    this.#stream = stream;
    this.#held = new HeldStream(stream, context);
    this.#port = port;
    this.#context = context;
    let problem: string | undefined;
    const reader = new FrameReader((frame) => port.give(frame));
    stream.on("data", (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        stream.destroy(error as Error);
        return;
      }
      if (!port.hasRoom) stream.pause();
    });
    stream.on("error", (error) => {
      problem = error.message;
    });
    stream.on("end", () => stream.destroy());
    stream.once("close", () => onEnd(problem));
  }

  send(frame: Uint8Array): void {
    if (!this.#stream.writable) return;
    if (this.#held.unsentBytes <= MAX_UNSENT_BYTES) {
      this.#held.write(withLength(frame));
      return;
    }
    if (this.#isLossReported) return;
    this.#isLossReported = true;
    const { deviceId, logger } = this.#context;
    logger.warn({ device: deviceId }, "the network peer reads too slowly: frames are dropped");
  }

  /** There is room for frames again. */
  resume(): void {
    if (this.#port.hasRoom) this.#stream.resume();
  }

  async close(): Promise<void> {
    if (this.#stream.closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stream.once("close", () => resolve());
    const endMs = performance.now() + CLOSE_MS;
    await this.#held.sent(() => performance.now() < endMs && this.#context.mayLeave());
    this.#held.drop();
    // A part of a frame, where the peer does not read or nothing may leave any more, does not leave later either.
    if (this.#stream.writableLength > 0) this.#stream.destroy();
    else this.#stream.end(() => this.#stream.destroy());
    const patience = setTimeout(() => this.#stream.destroy(), CLOSE_MS);
    await promise;
    clearTimeout(patience);
  }
}
