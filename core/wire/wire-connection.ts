// One connection between two processes or machines: messages of plain data over any stream of bytes. What arrives is
// what was sent, in its order, or the connection ends with an error. Silence is noticed by heartbeats.
import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { ByteQueue } from "./byte-queue.ts";
import { WrongMessage } from "./form-checks.ts";
import { CorruptFrame, FrameReader, type Frame } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { encodeRefusal, Handshake } from "./handshake.ts";
import type { Established, HandshakeOptions, WireIdentity } from "./handshake.ts";
import { Heartbeat } from "./heartbeat.ts";
import { decodePayload, encodePayload } from "./payload.ts";
import { FRAME, wireError, type FrameKind } from "./wire-format.ts";

export interface WireOptions extends HandshakeOptions {
  /** A larger message is refused where it is sent, and ends the connection where it arrives. */
  readonly maxMessageBytes?: number;
  /** With more waiting to be sent, the connection ends: the other side does not read. */
  readonly maxQueuedBytes?: number;
  /** Wall milliseconds between heartbeats; 0 for none. */
  readonly heartbeatMs?: number;
  /** Nothing heard for so long ends the connection; counts with heartbeats only. 0 for never. */
  readonly silenceMs?: number;
  readonly handshakeMs?: number;
}

interface WireEvents {
  /** Once. Without an error when either side closed it in order. */
  closed: [error: ExtravirtError | undefined];
}

const MIB = 2 ** 20;
const DEFAULTS = {
  maxMessageBytes: 256 * MIB,
  maxQueuedBytes: 1024 * MIB,
  heartbeatMs: 0,
  silenceMs: 0,
  handshakeMs: 10_000,
} as const;
/** The other side has so long to close, too. */
const CLOSE_MS = 2000;
const NOTHING = new Uint8Array();

export class WireConnection extends EventEmitter<WireEvents> {
  /** What the other side said of itself. */
  readonly peer: WireIdentity;
  readonly #stream: Duplex;
  readonly #options: WireOptions & typeof DEFAULTS;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #heartbeat: Heartbeat;
  #onMessage: ((message: unknown) => void) | undefined;
  #isClosed = false;
  #isClosing = false;

  /** Resolves after the handshake. @throws an ExtravirtError when either side refuses the other; the stream is gone then */
  static open(stream: Duplex, options: WireOptions): Promise<WireConnection> {
    const handshake = new Handshake(options);
    const bytes = new ByteQueue();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        stream.off("data", onData).off("close", onClose).off("error", onError);
      };
      const fail = (error: unknown, refusal?: string): void => {
        leave();
        // An error that comes when nobody waits for the stream any more would end the process.
        stream.on("error", () => {});
        if (refusal === undefined) stream.destroy();
        else stream.end(encodeRefusal(refusal), () => stream.destroy());
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      const lost = (why: string, cause?: unknown): void =>
        fail(lostError(options.place, `${why} during the handshake`, cause));
      const onData = (chunk: Uint8Array): void => {
        bytes.push(chunk);
        let established: Established | undefined;
        try {
          established = handshake.advance(bytes, (reply) => stream.write(reply));
        } catch (error) {
          const isOurs = !(error instanceof ExtravirtError && error.code === "XV_ERR_WIRE_REFUSED");
          fail(error, isOurs && error instanceof Error ? error.message : undefined);
          return;
        }
        if (established === undefined) return;
        leave();
        stream.pause();
        resolve(new WireConnection(stream, options, established, bytes));
      };
      const onClose = (): void => lost("the connection ended");
      const onError = (error: Error): void => lost(error.message, error);
      const timer = setTimeout(
        () => lost("nothing came"),
        options.handshakeMs ?? DEFAULTS.handshakeMs,
      );
      stream.on("data", onData).on("close", onClose).on("error", onError);
      stream.write(handshake.preamble);
    });
  }

  private constructor(
    stream: Duplex,
    options: WireOptions,
    { peer, sendKey, receiveKey }: Established,
    bytes: ByteQueue,
  ) {
    super();
    this.peer = peer;
    this.#stream = stream;
    this.#options = { ...DEFAULTS, ...options } as WireOptions & typeof DEFAULTS;
    this.#writer = new FrameWriter(sendKey);
    this.#reader = new FrameReader(receiveKey, bytes, this.#options.maxMessageBytes);
    const { heartbeatMs, silenceMs, place } = this.#options;
    this.#heartbeat = new Heartbeat({
      heartbeatMs,
      silenceMs,
      ping: (body) => this.#write(FRAME.ping, body),
      silent: (ms) =>
        this.#end(
          wireError(
            "XV_ERR_WIRE_SILENT",
            place,
            `nothing was heard of the other side for ${Math.round(ms)} ms`,
            "Check the network between the two sides, and whether the other one still runs.",
          ),
        ),
    });
    stream.on("error", (error) => this.#end(lostError(place, error.message, error)));
    stream.on("close", () => this.#end(lostError(place, "the connection ended")));
    stream.on("end", () => this.#end(lostError(place, "the other side went away")));
    // What came with the last bytes of the handshake is looked at once whoever asked for the connection listens.
    stream.on("data", (chunk: Uint8Array) => {
      bytes.push(chunk);
      this.#take();
    });
  }

  /**
   * Takes messages from here on, in order; none is lost that came before.
   * @param onMessage may throw WrongMessage, which ends the connection and nothing else
   */
  receive(onMessage: (message: unknown) => void): void {
    this.#onMessage = onMessage;
    this.#take();
    this.#stream.resume();
    if (!this.#isClosed) this.#heartbeat.start();
  }

  /** Messages wait from here on until somebody else takes them. */
  hold(): void {
    this.#onMessage = undefined;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Bytes that wait to be sent. */
  get queuedBytes(): number {
    return this.#stream.writableLength;
  }

  /** Instant (`performance.now`) at which the other side was last heard. */
  get heardMs(): number {
    return this.#heartbeat.heardMs;
  }

  /** Instant at which the newest heartbeat was sent that the other side has answered; -Infinity before the first. */
  get answeredMs(): number {
    return this.#heartbeat.answeredMs;
  }

  /**
   * Sends a message; after the end of the connection nothing happens.
   * @returns false when the other side is slow: wait for `drained`
   * @throws XV_ERR_WIRE_MESSAGE when it is too large
   */
  send(message: unknown): boolean {
    if (this.#isClosed || this.#isClosing) return true;
    const body = encodePayload(message);
    const { maxMessageBytes, place } = this.#options;
    if (body.length > maxMessageBytes) {
      throw wireError(
        "XV_ERR_WIRE_MESSAGE",
        place,
        `a message of ${body.length} bytes is larger than the ${maxMessageBytes} allowed`,
        "Send it in parts, or raise the limit on both sides.",
      );
    }
    return this.#write(FRAME.message, body);
  }

  /** Resolves when little waits to be sent, or the connection has ended. */
  async drained(): Promise<void> {
    while (!this.#isClosed && this.#stream.writableNeedDrain) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.#stream.off("drain", done);
          this.off("closed", done);
          resolve();
        };
        this.#stream.on("drain", done);
        this.on("closed", done);
      });
    }
  }

  /** Ends it in order: what was sent before arrives. */
  async close(): Promise<void> {
    if (this.#isClosed || this.#isClosing) return;
    this.#write(FRAME.close, NOTHING);
    // With too much waiting already, that has ended it.
    if (this.isClosed) return;
    this.#isClosing = true;
    // Reads on until the other side has closed, too: bytes nobody read would make TCP drop what is still on its way there.
    this.#stream.end();
    this.#stream.resume();
    const timer = setTimeout(() => this.#end(undefined), CLOSE_MS);
    await new Promise<void>((resolve) => this.once("closed", () => resolve()));
    clearTimeout(timer);
  }

  /** Ends it at once; the other side sees a lost connection. */
  destroy(): void {
    this.#end(undefined);
  }

  #write(kind: FrameKind, body: Uint8Array): boolean {
    if (this.#isClosed || this.#isClosing) return true;
    const { maxQueuedBytes, place } = this.#options;
    if (this.#stream.writableLength > maxQueuedBytes) {
      this.#end(
        wireError(
          "XV_ERR_WIRE_OVERFLOW",
          place,
          `more than ${maxQueuedBytes} bytes wait to be sent: the other side does not read`,
          "Check whether the other side still runs, and the network between the two.",
        ),
      );
      return true;
    }
    this.#stream.cork();
    for (const part of this.#writer.frame(kind, body)) this.#stream.write(part);
    // HOT: the three parts of a frame go out in one write.
    this.#stream.uncork();
    return !this.#stream.writableNeedDrain;
  }

  #take(): void {
    try {
      while (!this.#isClosed && (this.#onMessage !== undefined || this.#isClosing)) {
        const frame = this.#reader.next();
        if (frame === undefined) return;
        this.#obey(frame);
      }
    } catch (error) {
      this.#end(this.#corruption(error));
    }
  }

  #corruption(error: unknown): ExtravirtError {
    const isWrong = error instanceof WrongMessage;
    if (!isWrong && !(error instanceof CorruptFrame)) throw error;
    return wireError(
      "XV_ERR_WIRE_CORRUPT",
      this.#options.place,
      isWrong ? error.message : `what arrived is not what was sent: ${error.message}`,
      isWrong
        ? "Check the memory of the machine on the other side, or what else makes its program err."
        : "Check the network and the memory of the machines between the two sides.",
    );
  }

  #obey({ kind, body }: Frame): void {
    this.#heartbeat.heard();
    if (kind === FRAME.message) {
      if (!this.#isClosing) this.#onMessage?.(decoded(body));
    } else if (kind === FRAME.ping) this.#write(FRAME.pong, body);
    else if (kind === FRAME.pong) this.#heartbeat.answered(body);
    else this.#end(undefined);
  }

  #end(error: ExtravirtError | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#heartbeat.stop();
    this.#stream.destroy();
    this.emit("closed", this.#isClosing ? undefined : error);
  }
}

/** The sender holds the key, but may be faulty itself. @throws CorruptFrame */
function decoded(body: Uint8Array): unknown {
  try {
    return decodePayload(body);
  } catch (error) {
    throw new CorruptFrame(
      `a message is no data: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function lostError(place: string, why: string, cause?: unknown): ExtravirtError {
  return wireError(
    "XV_ERR_WIRE_LOST",
    place,
    `the connection was lost: ${why}`,
    "Check whether the other side still runs, and the network between the two.",
    cause,
  );
}
