// The listening side of a stream peer: one connection at a time, as QEMU's stream back end has it.
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ExtravirtError, removeLeftoverSocket } from "../../../core/index.ts";
import type { Connections } from "./serve-connections.ts";
import { addressText, type SocketAddress } from "./socket-address.ts";

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
    // What a killed program left behind; anything else there is in the way, and stays.
    if ("path" in address) await removeLeftoverSocket(address.path);
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
