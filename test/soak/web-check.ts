// Fetches the same file from the guest again and again, and compares every byte of it. A connection that ends early counts
// as a failure once the server has answered for the first time: connections survive recoveries.
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { nextClientPort } from "../e2e/web-server/client-ports.ts";
import { servedContent } from "./guest-workload.ts";

const PAUSE_MS = 500;
const TIMEOUT_MS = 60_000;

export class WebCheck {
  fetches = 0;
  bytes = 0;
  problem: string | undefined;
  readonly #url: string;
  readonly #expected = servedContent();
  readonly #end = new AbortController();
  #startMs = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(url: string) {
    this.#url = url;
  }

  start(): void {
    this.#startMs = performance.now();
    this.#running = this.#run();
  }

  /** Has to be called before the machine ends: a connection that ends with it is no failure. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await this.#fetch();
      await delay(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #fetch(): Promise<void> {
    const fromMs = performance.now();
    try {
      const signal = AbortSignal.any([this.#end.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const request = get(this.#url, { signal, agent: false, localPort: nextClientPort() });
      // What breaks after the answer has begun breaks the answer, too.
      request.on("error", () => {});
      const [answer] = (await once(request, "response")) as [IncomingMessage];
      const body = await buffer(answer);
      if (!body.equals(this.#expected)) {
        // Before the file is complete the guest serves a part of it, but only before its first whole answer.
        if (this.fetches > 0) this.problem ??= `web: ${body.length} bytes that are not the file`;
        return;
      }
      this.fetches += 1;
      this.bytes += body.length;
    } catch (error) {
      if (this.#end.signal.aborted || this.fetches === 0) return;
      const why = error instanceof Error ? `${error.message} ${String(error.cause ?? "")}` : error;
      // passt resets a connection after some eight seconds without a sign of the guest (docs/network.md).
      const tookMs = performance.now() - fromMs;
      const at = ((fromMs - this.#startMs) / 1000).toFixed(0);
      this.problem ??= `web: ${String(why)}, ${(tookMs / 1000).toFixed(1)} s after it began, at ${at} s`;
    }
  }
}
