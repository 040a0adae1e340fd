// The far host: listens for coordinators that hold the key, grants leases, and runs replicas in processes of its own. It
// has no outputs and no way to release any. A replica lives as long as its connection and its coordinator's term.
import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ExtravirtError, type ErrorCode } from "../api/extravirt-error.ts";
import type { Logger } from "../api/logger.ts";
import type { LeaseGrants } from "../lease/lease-grants.ts";
import type { LeaseRequest, LeaseReturn } from "../lease/lease-terms.ts";
import { packageVersion } from "../package-root.ts";
import type { ReplicaProcess } from "../process/replica-process.ts";
import { WireConnection } from "../wire/wire-connection.ts";
import type { HostAddress } from "./host-address.ts";
import {
  HEARTBEAT_MS,
  type Hello,
  type HostAnswer,
  type HostCode,
  type HostOrder,
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
  readonly term: number;
  readonly end: () => void;
}

export class HostServer {
  readonly #options: HostServerOptions;
  readonly #server: Server;
  readonly #sessions = new Set<Session>();
  readonly #wires = new Set<WireConnection>();

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
        const address = this.#server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  /** One connection, over whatever stream. */
  async serve(stream: Duplex, name: string): Promise<void> {
    const { key, logger, silenceMs } = this.#options;
    let wire: WireConnection;
    try {
      wire = await WireConnection.open(stream, {
        side: "acceptor",
        key,
        identity: { role: "host", version: packageVersion() },
        place: name,
        heartbeatMs: HEARTBEAT_MS,
        silenceMs,
      });
    } catch (error) {
      logger.warn({ peer: name }, error instanceof Error ? error.message : String(error));
      return;
    }
    this.#wires.add(wire);
    let onMessage = (message: unknown): void => {
      onMessage = this.#begin(wire, name, message as Hello);
    };
    wire.on("closed", (error) => {
      this.#wires.delete(wire);
      if (error !== undefined) logger.warn({ peer: name }, error.message);
    });
    wire.receive((message) => onMessage(message));
  }

  /** A virtual machine has a newer term: replicas of older ones are ended. */
  newTerm(vm: string, term: number): void {
    for (const session of this.#sessions) {
      if (session.vm === vm && session.term < term) session.end();
    }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const session of this.#sessions) session.end();
    for (const wire of this.#wires) await wire.close();
    if (this.#server.listening) await closed;
  }

  /** @returns who takes the messages that follow */
  #begin(wire: WireConnection, name: string, hello: Hello): (message: unknown) => void {
    const { logger } = this.#options;
    const refusal = this.#refusalOf(hello);
    wire.send(refusal ?? ({ kind: "welcome" } satisfies HostAnswer));
    if (refusal !== undefined) {
      logger.warn({ peer: name }, refusal.error.message);
      void wire.close();
      return () => {};
    }
    return hello.purpose === "lease" ? this.#serveLease(wire) : this.#serveReplica(wire, hello);
  }

  #serveLease(wire: WireConnection): (message: unknown) => void {
    const { grants, logger } = this.#options;
    return (message) => {
      const request = message as LeaseRequest | LeaseReturn;
      try {
        if (request.kind === "lease") wire.send(grants.answer(request));
        else grants.giveBack(request);
      } catch (error) {
        // What can't be kept is not promised.
        logger.error({}, error instanceof Error ? error.message : String(error));
        wire.destroy();
      }
    };
  }

  #serveReplica(wire: WireConnection, { vm, term, plugins }: Hello): (message: unknown) => void {
    const { code, logger, startProcess } = this.#options;
    const own = startProcess(plugins.map((digest) => code.plugins.get(digest) ?? digest));
    const report = (message: HostReport): void => void wire.send(message);
    own.attach({
      replica: -1,
      logger,
      onMessage: (message) => report({ kind: "report", report: message }),
      onEnd: (why) => {
        report({ kind: "ended", why });
        void wire.close();
      },
    });
    const end = (): void => {
      this.#sessions.delete(session);
      own.kill();
      void own.end();
      wire.destroy();
    };
    const session: Session = { vm, term, end };
    this.#sessions.add(session);
    wire.on("closed", end);
    return (message) => own.send(message as HostOrder);
  }

  #refusalOf(hello: Partial<Hello>): (HostAnswer & { kind: "refused" }) | undefined {
    const { code, grants } = this.#options;
    const refuse = (
      name: ErrorCode,
      message: string,
      remedy: string,
    ): HostAnswer & { kind: "refused" } => ({
      kind: "refused",
      error: { code: name, message, remedy },
    });
    if (hello.kind !== "hello" || hello.software !== code.software) {
      return refuse(
        "XV_ERR_HOST_SOFTWARE",
        "The host runs other code than the coordinator, or another version of Node.",
        "Install the same ExtraVirt and the same Node on both machines.",
      );
    }
    const missing = (hello.plugins ?? []).findIndex((digest) => !code.plugins.has(digest));
    if (missing >= 0) {
      return refuse(
        "XV_ERR_HOST_PLUGINS",
        `The host has no plugin with the code of the config's plugin ${missing}.`,
        "Give the host the same plugins: extravirt host --plugin NAME-OR-PATH.",
      );
    }
    const { vm = "", term = 0 } = hello;
    if (hello.purpose === "replica" && term !== grants.termOf(vm)) {
      return refuse(
        "XV_ERR_HOST_FENCED",
        `Term ${term} of "${vm}" is over: term ${grants.termOf(vm)} has begun.`,
        "Another coordinator has taken over this machine; end this one.",
      );
    }
    return undefined;
  }
}

function nameOf(socket: Socket): string {
  return `${socket.remoteAddress ?? "somebody"}:${socket.remotePort ?? 0}`;
}
