// The socket by which `extravirt reprotect` reaches a run on the same machine. Who may write to it is decided by the
// permissions of its file. One command a connection: its name comes in, a line of JSON goes out.
import { once } from "node:events";
import { chmodSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { removeLeftoverSocket } from "../leftover-socket.ts";

/** What a run says about its hosts. */
export interface HostsStatus {
  /** Addresses of those that cannot be reached. */
  readonly missing: readonly string[];
  /** Why, by address, where that is known. */
  readonly reasons?: Readonly<Record<string, string>>;
  readonly term: number;
  /** Whether outputs may leave. */
  readonly isOpen: boolean;
  /** Replicas that live. */
  readonly replicas: number;
}

export interface ControlCommands {
  reprotect(): Promise<HostsStatus>;
}

const MOST_BYTES = 64;
const MOST_CLIENTS = 16;
/** Whoever says nothing for so long has no command to give. */
const IDLE_MS = 10_000;

export class ControlSocket {
  readonly #server: Server;
  readonly #clients: ReadonlySet<Socket>;

  /** @throws XV_ERR_HOST_CONTROL */
  static async open(
    path: string,
    commands: ControlCommands,
    idleMs: number = IDLE_MS,
  ): Promise<ControlSocket> {
    const clients = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      clients.add(socket);
      socket.on("close", () => clients.delete(socket));
      serveClient(socket, commands, idleMs);
    });
    server.maxConnections = MOST_CLIENTS;
    try {
      await makeWay(path);
      server.listen(path);
      await once(server, "listening");
      chmodSync(path, 0o600);
    } catch (cause) {
      if (cause instanceof ExtravirtError) throw cause;
      throw controlError(path, `It can't be made: ${(cause as Error).message}`, cause);
    }
    // A client that can't be accepted for want of descriptors has no answer, and the run goes on.
    server.on("error", () => {});
    return new ControlSocket(server, clients);
  }

  private constructor(server: Server, clients: ReadonlySet<Socket>) {
    this.#server = server;
    this.#clients = clients;
  }

  /** Nobody is waited for: whoever is connected still is disconnected. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const client of this.#clients) client.destroy();
    await closed;
  }
}

function serveClient(socket: Socket, commands: ControlCommands, idleMs: number): void {
  let command = "";
  socket.on("error", () => {});
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on("data", (chunk) => {
    command += chunk.toString("latin1");
    if (command.length > MOST_BYTES) socket.destroy();
  });
  socket.on("end", () => {
    // The answer takes as long as it takes.
    socket.setTimeout(0);
    if (command.trim() !== "reprotect") socket.destroy();
    else {
      void commands
        .reprotect()
        .then((status) => socket.end(`${JSON.stringify(status)}\n`))
        .catch(() => socket.destroy());
    }
  });
}

/** @throws XV_ERR_HOST_CONTROL when no run answers there */
export async function sendReprotect(path: string): Promise<HostsStatus> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    socket.end("reprotect\n");
    return JSON.parse(await text(socket)) as HostsStatus;
  } catch (cause) {
    throw controlError(path, `No run answers there: ${(cause as Error).message}`, cause);
  } finally {
    socket.destroy();
  }
}

/** A run that was killed leaves its socket behind. */
async function makeWay(path: string): Promise<void> {
  const place = await removeLeftoverSocket(path);
  if (place === "in-use") throw controlError(path, "Another run has it.");
  if (place === "no-socket") throw controlError(path, "There is something that is no socket.");
}

function controlError(path: string, message: string, cause?: unknown): ExtravirtError {
  return new ExtravirtError("XV_ERR_HOST_CONTROL", message, {
    place: "placement.control",
    value: path,
    remedy: "Name a path that only this run uses, in a directory that exists and can be written.",
    cause,
  });
}
