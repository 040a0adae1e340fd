// Heartbeats of one side of a connection. Each carries the instant it was sent at, on the sender's own monotonic clock,
// and comes back as it is: an answer proves that the other side ran, and could be reached both ways, after that instant.

export interface HeartbeatOptions {
  /** 0 for none. */
  readonly heartbeatMs: number;
  /** 0 for never. */
  readonly silenceMs: number;
  readonly ping: (body: Uint8Array) => void;
  /** Nothing was heard for so long. */
  readonly silent: (ms: number) => void;
}

export class Heartbeat {
  heardMs: number = performance.now();
  answeredMs: number = -Infinity;
  readonly #options: HeartbeatOptions;
  #timer: NodeJS.Timeout | undefined;
  /** When this process last looked: silence counts only while it runs itself. */
  #lookedMs = 0;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  start(): void {
    const { heartbeatMs } = this.#options;
    if (heartbeatMs <= 0 || this.#timer !== undefined) return;
    this.heard();
    this.#lookedMs = this.heardMs;
    this.#timer = setInterval(() => this.#beat(), heartbeatMs);
    this.#timer.unref();
    this.#beat();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  heard(): void {
    this.heardMs = performance.now();
  }

  /** The other side sent a heartbeat back. */
  answered(body: Uint8Array): void {
    if (body.length !== 8) return;
    const sentMs = Buffer.from(body).readDoubleBE();
    if (sentMs > this.answeredMs && sentMs <= performance.now()) this.answeredMs = sentMs;
  }

  #beat(): void {
    const { heartbeatMs, silenceMs } = this.#options;
    const now = performance.now();
    const isLate = now - this.#lookedMs > 2 * heartbeatMs;
    this.#lookedMs = now;
    // Who was stopped itself first reads what has come meanwhile.
    if (silenceMs > 0 && !isLate && now - this.heardMs > silenceMs) {
      this.#options.silent(now - this.heardMs);
      return;
    }
    const body = Buffer.alloc(8);
    body.writeDoubleBE(now);
    this.#options.ping(body);
  }
}
