// The listening side of a stream peer: one connection at a time, as QEMU's stream back end has it.
import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { lstatSync, unlinkSync } from "node:fs";
import type { Duplex } from "node:stream";
import { ExtravirtError } from "../../../core/index.ts";
import type { Connections } from "./serve-connections.ts";
import { addressText, connectOptions, type SocketAddress } from "./socket-address.ts";

/** @throws XV_ERR_NETWORK_LISTEN when the address can't be had */
export async function listenAt(address: SocketAddress): Promise<Connections> {
  let onConnection: ((stream: Duplex) => void) | undefined;
  const server = createServer({ noDelay: true }, (socket: Socket) => {
    const attach = onConnection;
    onConnection = undefined;
    if (attach === undefined) socket.destroy();
    else attach(socket);
  });
  try {
    await removeLeftover(address);
    await listen(server, address);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ExtravirtError(
      "XV_ERR_NETWORK_LISTEN",
      `cannot listen for the network peer: ${reason}`,
      {
        place: "path" in address ? "path" : "port",
        value: addressText(address),
        remedy: "Choose a free address in a place where you may create it.",
        cause,
      },
    );
  }
  return {
    peer: addressText(address),
    first: undefined,
    next: (attach) => {
      onConnection = attach;
    },
    async close() {
      onConnection = undefined;
      server.close();
    },
  };
}

async function listen(server: Server, address: SocketAddress): Promise<void> {
  server.listen("path" in address ? { path: address.path } : address);
  await once(server, "listening");
}

/** A socket file that nobody listens at is what a killed program left behind. */
async function removeLeftover(address: SocketAddress): Promise<void> {
  if (!("path" in address)) return;
  if (lstatSync(address.path, { throwIfNoEntry: false })?.isSocket() !== true) return;
  const probe = createConnection(connectOptions(address));
  try {
    await once(probe, "connect");
  } catch (error) {
    const isLeftover = error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
    if (isLeftover) unlinkSync(address.path);
  } finally {
    probe.destroy();
  }
}
