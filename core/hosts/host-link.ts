// The coordinator's lasting connection to one host: for its lease, and to know whether the host can be reached. A lost
// one is opened again, by itself or when it is asked for.
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { ExtravirtError } from "../api/extravirt-error.ts";
import type { Logger } from "../api/logger.ts";
import type { LeaseAnswer, LeaseRequest, LeaseReturn } from "../lease/lease-terms.ts";
import type { WireConnection } from "../wire/wire-connection.ts";
import { checkedLeaseAnswer } from "./check-host-message.ts";
import { connectHost, type HostAccess } from "./connect-host.ts";
import type { Hello } from "./host-message.ts";

export interface HostLinkOptions extends HostAccess {
  readonly hello: () => Hello;
  readonly logger: Logger;
  /** False: a lost connection is opened again only when `reconnect` is called. */
  readonly isReconnecting: boolean;
  readonly onAnswer: (answer: LeaseAnswer) => void;
  /** The host can be reached now, or cannot any more. */
  readonly onChange: () => void;
}

const RETRY_MS = 300;

export class HostLink {
  readonly #options: HostLinkOptions;
  #wire: WireConnection | undefined;
  #isClosed = false;
  #isConnecting = false;
  /** Why the last attempt failed. */
  failure: Error | undefined;
  /** The failure that was told: one that lasts is told once. */
  #told: string | undefined;

  constructor(options: HostLinkOptions) {
    this.#options = options;
  }

  get address(): string {
    return this.#options.address;
  }

  get isReachable(): boolean {
    return this.#wire !== undefined;
  }

  send(message: LeaseRequest | LeaseReturn): void {
    this.#wire?.send(message);
  }

  /** One attempt. @returns whether the host can be reached; `failure` has the reason when not */
  async connect(): Promise<boolean> {
    if (this.#wire !== undefined || this.#isConnecting || this.#isClosed) return this.isReachable;
    const { hello, onAnswer, onChange, logger, address } = this.#options;
    this.#isConnecting = true;
    try {
      const wire = await connectHost(this.#options, hello());
      if (this.#isClosed) {
        wire.destroy();
        return false;
      }
      this.#wire = wire;
      this.failure = undefined;
      this.#told = undefined;
      wire.on("closed", (error) => {
        this.#wire = undefined;
        if (this.#isClosed) return;
        logger.warn({ host: address }, error?.message ?? "the host closed the connection");
        onChange();
        if (this.#options.isReconnecting) void this.reconnect();
      });
      wire.receive((answer) => onAnswer(checkedLeaseAnswer(answer)));
      logger.info({ host: address }, "the host is reached");
      onChange();
    } catch (error) {
      this.#failed(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#isConnecting = false;
    }
    return this.isReachable;
  }

  #failed(failure: Error): void {
    this.failure = failure;
    if (failure.message === this.#told || this.#isClosed) return;
    this.#told = failure.message;
    const { logger, address } = this.#options;
    const { code, remedy } = failure as Partial<ExtravirtError>;
    logger.warn({ host: address, code, remedy }, failure.message);
  }

  /** Tries until the host is reached, or the link is closed. */
  async reconnect(): Promise<void> {
    while (!this.#isClosed && !(await this.connect()))
      await pause(RETRY_MS, undefined, { ref: false });
  }

  async close(last?: LeaseReturn): Promise<void> {
    this.#isClosed = true;
    if (last !== undefined) this.send(last);
    const wire = this.#wire;
    if (wire === undefined || wire.isClosed) return;
    // A host that is cut off is not waited for.
    await Promise.race([wire.close(), once(wire, "closed"), pause(500)]);
    wire.destroy();
  }
}
