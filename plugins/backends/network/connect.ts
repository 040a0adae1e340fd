// The connecting side of a stream peer: the first connection has to come about, later ones are tried for again and again.
import { createConnection, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { ExtravirtError } from "../../../core/index.ts";
import type { Connections } from "./serve-connections.ts";
import { addressText, connectOptions, type SocketAddress } from "./socket-address.ts";

/** A peer that was started together with the run needs some time. */
const RETRY_MS = 100;
/** Even without patience a peer that is there gets time to answer. */
const MIN_ATTEMPT_MS = 100;

export interface ConnectOptions {
  readonly address: SocketAddress;
  /** How long the first connection may take, and each further attempt. */
  readonly connectMs: number;
  /** Pause before each further attempt. */
  readonly reconnectMs: number;
}

/** How an attempt to connect is made; a seam for tests, since a peer that answers nothing is hard to come by. */
export type MakeSocket = (address: SocketAddress) => Socket;

const makeSocket: MakeSocket = (address) => createConnection(connectOptions(address));

/** @throws XV_ERR_NETWORK_CONNECT when nobody listens there in time */
export async function connectTo(
  options: ConnectOptions,
  make: MakeSocket = makeSocket,
): Promise<Connections> {
  const { address, connectMs, reconnectMs } = options;
  const end = new AbortController();
  const first = await firstConnection(address, connectMs, make);
  const retry = async (onConnection: (stream: Duplex) => void): Promise<void> => {
    while (!end.signal.aborted) {
      await delay(reconnectMs, undefined, { signal: end.signal });
      const patience = AbortSignal.timeout(Math.max(connectMs, MIN_ATTEMPT_MS));
      const signal = AbortSignal.any([end.signal, patience]);
      const socket = await connection(make(address), signal).catch(() => undefined);
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

async function firstConnection(
  address: SocketAddress,
  connectMs: number,
  make: MakeSocket,
): Promise<Socket> {
  const endMs = performance.now() + connectMs;
  for (;;) {
    try {
      const leftMs = Math.max(Math.ceil(endMs - performance.now()), MIN_ATTEMPT_MS);
      return await connection(make(address), AbortSignal.timeout(leftMs));
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

/** @param signal destroys a socket that is not connected by then */
function connection(socket: Socket, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const giveUp = (): void => void socket.destroy(new Error("no answer in time"));
  const settle = (): void => {
    signal.removeEventListener("abort", giveUp);
    socket.off("error", fail);
  };
  const fail = (error: Error): void => {
    settle();
    reject(error);
  };
  socket.once("error", fail);
  socket.once("connect", () => {
    settle();
    resolve(socket);
  });
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  return promise;
}
