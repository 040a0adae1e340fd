// The socket by which `extravirt reprotect` reaches a run on the same machine. Who may write to it is decided by the
// permissions of its file. One command a connection: its name comes in, a line of JSON goes out.
import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { text } from "node:stream/consumers";
import { ExtravirtError } from "../api/extravirt-error.ts";

/** What a run says about its hosts. */
export interface HostsStatus {
  /** Addresses of those that cannot be reached. */
  readonly missing: readonly string[];
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

export class ControlSocket {
  readonly #server: Server;

  /** @throws XV_ERR_HOST_CONTROL */
  static async open(path: string, commands: ControlCommands): Promise<ControlSocket> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      let command = "";
      socket.on("error", () => {});
      socket.on("data", (chunk) => {
        command += chunk.toString("latin1");
        if (command.length > MOST_BYTES) socket.destroy();
      });
      socket.on("end", () => {
        if (command.trim() !== "reprotect") socket.destroy();
        else {
          void commands
            .reprotect()
            .then((status) => socket.end(`${JSON.stringify(status)}\n`))
            .catch(() => socket.destroy());
        }
      });
    });
    await removeStale(path);
    server.listen(path);
    try {
      await once(server, "listening");
      chmodSync(path, 0o600);
    } catch (cause) {
      throw controlError(path, `It can't be made: ${(cause as Error).message}`, cause);
    }
    return new ControlSocket(server);
  }

  private constructor(server: Server) {
    this.#server = server;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }
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
async function removeStale(path: string): Promise<void> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") rmSync(path, { force: true });
    return;
  } finally {
    socket.destroy();
  }
  throw controlError(path, "Another run has it.");
}

function controlError(path: string, message: string, cause?: unknown): ExtravirtError {
  return new ExtravirtError("XV_ERR_HOST_CONTROL", message, {
    place: "placement.control",
    value: path,
    remedy: "Name a path that only this run uses, in a directory that exists and can be written.",
    cause,
  });
}
