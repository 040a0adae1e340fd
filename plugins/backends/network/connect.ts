// The connecting side of a stream peer: the first connection has to come about, later ones are tried for again and again.
import { createConnection, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { ExtravirtError } from "../../../core/index.ts";
import type { Connections } from "./serve-connections.ts";
import { addressText, connectOptions, type SocketAddress } from "./socket-address.ts";

/** A peer that was started together with the run needs some time. */
const RETRY_MS = 100;

export interface ConnectOptions {
  readonly address: SocketAddress;
  /** How long the first connection may take. */
  readonly connectMs: number;
  /** Pause before each further attempt. */
  readonly reconnectMs: number;
}

/** @throws XV_ERR_NETWORK_CONNECT when nobody listens there in time */
export async function connectTo(options: ConnectOptions): Promise<Connections> {
  const { address, connectMs, reconnectMs } = options;
  const end = new AbortController();
  const first = await firstConnection(address, connectMs);
  const retry = async (onConnection: (stream: Duplex) => void): Promise<void> => {
    while (!end.signal.aborted) {
      await delay(reconnectMs, undefined, { signal: end.signal });
      const socket = await connection(address).catch(() => undefined);
      if (socket === undefined) continue;
      if (end.signal.aborted) socket.destroy();
      else onConnection(socket);
      return;
    }
  };
  return {
    peer: addressText(address),
    first,
    next: (onConnection) => void retry(onConnection).catch(() => {}),
    async close() {
      end.abort();
    },
  };
}

async function firstConnection(address: SocketAddress, connectMs: number): Promise<Socket> {
  const endMs = performance.now() + connectMs;
  for (;;) {
    try {
      return await connection(address);
    } catch (cause) {
      if (performance.now() < endMs) {
        await delay(RETRY_MS);
        continue;
      }
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ExtravirtError(
        "XV_ERR_NETWORK_CONNECT",
        `cannot connect to the network peer: ${reason}`,
        {
          place: "path" in address ? "path" : "port",
          value: addressText(address),
          remedy:
            "Start the peer first, correct the address, or set `listen: true` to let the peer connect.",
          cause,
        },
      );
    }
  }
}

function connection(address: SocketAddress): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = createConnection(connectOptions(address));
  socket.once("error", reject);
  socket.once("connect", () => {
    socket.off("error", reject);
    resolve(socket);
  });
  return promise;
}
