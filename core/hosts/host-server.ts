// The far host: listens for coordinators that hold the key, grants leases, and runs replicas in processes of its own. It
// has no outputs and no way to release any. A replica lives as long as its connection and its coordinator is the holder.
import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ExtravirtError, type ErrorCode } from "../api/extravirt-error.ts";
import type { Logger } from "../api/logger.ts";
import type { LeaseGrants } from "../lease/lease-grants.ts";
import { packageVersion } from "../package-root.ts";
import type { ReplicaProcess } from "../process/replica-process.ts";
import { isObject, WrongMessage } from "../wire/form-checks.ts";
import { WireConnection } from "../wire/wire-connection.ts";
import { checkedHello, checkedLeaseRequest, checkedOrder } from "./check-host-message.ts";
import type { HostAddress } from "./host-address.ts";
import {
  HEARTBEAT_MS,
  type Hello,
  type HostAnswer,
  type HostCode,
  type HostReport,
} from "./host-message.ts";

export interface HostServerOptions {
  readonly key: Uint8Array;
  readonly code: HostCode;
  readonly grants: LeaseGrants;
  readonly logger: Logger;
  /** Nothing heard of a coordinator for so long ends a connection, and its replica. */
  readonly silenceMs: number;
  /** A process that is going to be a replica. */
  readonly startProcess: (plugins: readonly string[]) => ReplicaProcess;
}

interface Session {
  readonly vm: string;
  readonly holder: string;
  readonly end: () => void;
}

/** Connections at a time of those who have not proved yet that they hold the key. */
export const MOST_STRANGERS = 64;

export class HostServer {
  readonly #options: HostServerOptions;
  readonly #server: Server;
  readonly #sessions = new Set<Session>();
  readonly #wires = new Set<WireConnection>();
  /** Streams of those who have not proved yet that they hold the key, oldest first. */
  readonly #strangers = new Set<Duplex>();

  constructor(options: HostServerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => {
      socket.setNoDelay(true);
      void this.serve(socket, nameOf(socket));
    });
  }

  /** Replicas that run here now. */
  get replicas(): number {
    return this.#sessions.size;
  }

  /** @returns the port listened at @throws XV_ERR_HOST_LISTEN */
  listen({ host, port }: HostAddress): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", (cause) => {
        reject(
          new ExtravirtError("XV_ERR_HOST_LISTEN", `Nobody can listen there: ${cause.message}`, {
            place: "--listen",
            value: `${host}:${port}`,
            remedy: "Name an address of this machine, and a port that is free.",
            cause,
          }),
        );
      });
      this.#server.listen(port, host, () => {
        // A connection that can't be accepted, for want of descriptors, costs that connection.
        this.#server.on("error", (error) => this.#options.logger.warn({}, error.message));
        const address = this.#server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  /** One connection, over whatever stream. */
  async serve(stream: Duplex, name: string): Promise<void> {
    const { logger } = this.#options;
    const wire = await this.#greet(stream, name);
    if (wire === undefined || wire.isClosed) return;
    this.#wires.add(wire);
    let onMessage = (message: unknown): void => {
      onMessage = this.#begin(wire, name, message);
    };
    wire.on("closed", (error) => {
      this.#wires.delete(wire);
      if (error !== undefined) logger.warn({ peer: name }, error.message);
    });
    wire.receive((message) => {
      try {
        onMessage(message);
      } catch (error) {
        if (error instanceof WrongMessage) throw error;
        // Whatever it is about, it concerns nobody but this connection.
        logger.error({ peer: name }, textOf(error));
        wire.destroy();
      }
    });
  }

  /** @returns undefined for who does not hold the key, or does not prove it in time */
  async #greet(stream: Duplex, name: string): Promise<WireConnection | undefined> {
    const { key, logger, silenceMs } = this.#options;
    const strangers = this.#strangers;
    strangers.add(stream);
    // Who holds the key proves it at once; whoever has waited longest most likely does not.
    const [oldest] = strangers;
    if (oldest !== undefined && strangers.size > MOST_STRANGERS) {
      strangers.delete(oldest);
      oldest.destroy();
    }
    try {
      return await WireConnection.open(stream, {
        side: "acceptor",
        key,
        identity: { role: "host", version: packageVersion() },
        place: name,
        heartbeatMs: HEARTBEAT_MS,
        silenceMs,
      });
    } catch (error) {
      logger.warn({ peer: name }, textOf(error));
      return undefined;
    } finally {
      strangers.delete(stream);
    }
  }

  /** A virtual machine has a new holder: replicas of others are ended. */
  newHolder(vm: string, holder: string): void {
    for (const session of this.#sessions) {
      if (session.vm === vm && session.holder !== holder) session.end();
    }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const session of this.#sessions) session.end();
    for (const stranger of this.#strangers) stranger.destroy();
    for (const wire of this.#wires) await wire.close();
    if (this.#server.listening) await closed;
  }

  /** @returns who takes the messages that follow */
  #begin(wire: WireConnection, name: string, message: unknown): (message: unknown) => void {
    if (this.#isOtherCode(message)) return this.#refuse(wire, name, OTHER_CODE);
    const hello = checkedHello(message);
    const refusal = this.#refusalOf(hello);
    if (refusal !== undefined) return this.#refuse(wire, name, refusal);
    wire.send({ kind: "welcome" } satisfies HostAnswer);
    return hello.purpose === "lease" ? this.#serveLease(wire) : this.#serveReplica(wire, hello);
  }

  #refuse(wire: WireConnection, name: string, refusal: Refusal): () => void {
    this.#options.logger.warn({ peer: name }, refusal.error.message);
    wire.send(refusal);
    void wire.close();
    return () => {};
  }

  #serveLease(wire: WireConnection): (message: unknown) => void {
    const { grants } = this.#options;
    return (message) => {
      const request = checkedLeaseRequest(message);
      // What can't be kept is not promised: this throws, and the connection ends.
      if (request.kind === "lease") wire.send(grants.answer(request));
      else grants.giveBack(request);
    };
  }

  #serveReplica(wire: WireConnection, { vm, holder, plugins }: Hello): (message: unknown) => void {
    const { code, startProcess } = this.#options;
    const own = startProcess(plugins.map((digest) => code.plugins.get(digest) ?? digest));
    const leave = (why: string): void => {
      wire.send({ kind: "ended", why } satisfies HostReport);
      void wire.close();
    };
    own.attach({
      replica: -1,
      logger: this.#options.logger,
      onMessage: (message) => {
        try {
          wire.send({ kind: "report", report: message } satisfies HostReport);
        } catch (error) {
          own.kill();
          leave(`what it reports can't be sent: ${textOf(error)}`);
        }
      },
      onEnd: leave,
    });
    const end = (): void => {
      this.#sessions.delete(session);
      own.kill();
      void own.end();
      wire.destroy();
    };
    const session: Session = { vm, holder, end };
    this.#sessions.add(session);
    wire.on("closed", end);
    return (message) => own.send(checkedOrder(message));
  }

  /** Said first of all: other code may greet in another form. */
  #isOtherCode(hello: unknown): boolean {
    if (!isObject(hello) || hello["kind"] !== "hello") return false;
    const { software } = hello;
    return typeof software === "string" && software !== this.#options.code.software;
  }

  #refusalOf({ vm, holder, term, purpose, plugins }: Hello): Refusal | undefined {
    const { code, grants } = this.#options;
    const missing = plugins.findIndex((digest) => !code.plugins.has(digest));
    if (missing >= 0) {
      return refuse(
        "XV_ERR_HOST_PLUGINS",
        `The host has no plugin with the code of the config's plugin ${missing}.`,
        "Give the host the same plugins: extravirt host --plugin NAME-OR-PATH.",
      );
    }
    if (purpose === "replica" && holder !== grants.holderOf(vm)) {
      return refuse(
        "XV_ERR_HOST_FENCED",
        `Term ${term} of "${vm}" does not count here: this host belongs to term ${grants.termOf(vm)}.`,
        "Another coordinator has taken over this machine; end this one.",
      );
    }
    return undefined;
  }
}

type Refusal = HostAnswer & { readonly kind: "refused" };

function refuse(code: ErrorCode, message: string, remedy: string): Refusal {
  return { kind: "refused", error: { code, message, remedy } };
}

const OTHER_CODE: Refusal = refuse(
  "XV_ERR_HOST_SOFTWARE",
  "The host runs other code than the coordinator, or another version of Node.",
  "Install the same ExtraVirt and the same Node on both machines.",
);

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function nameOf(socket: Socket): string {
  return `${socket.remoteAddress ?? "somebody"}:${socket.remotePort ?? 0}`;
}
