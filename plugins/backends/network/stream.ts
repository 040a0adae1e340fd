// Network backend: a peer that speaks QEMU's stream socket protocol, over a Unix or TCP socket.
import { type Backend, type OptionsConflict } from "../../../core/index.ts";
import { connectTo } from "./connect.ts";
import { listenAt } from "./listen.ts";
import { serveConnections } from "./serve-connections.ts";
import type { SocketAddress } from "./socket-address.ts";

const DEFAULT_CONNECT_MS = 5000;
const DEFAULT_RECONNECT_MS = 1000;
const DEFAULT_HOST = "127.0.0.1";

export const stream: Backend = {
  kind: "backend",
  name: "stream",
  serves: "network",
  summary: "Peer at a Unix or TCP socket that speaks QEMU's stream protocol: passt, QEMU, ...",
  schema: {
    type: "object",
    properties: {
      path: { type: "string", description: "Unix socket of the peer." },
      host: { type: "string", default: DEFAULT_HOST, description: "TCP host, with `port`." },
      port: {
        type: "integer",
        minimum: 0,
        maximum: 65_535,
        description: "TCP port of the peer, instead of `path`.",
      },
      listen: {
        type: "boolean",
        default: false,
        description: "Waits for the peer to connect; the guest's link is down until it does.",
      },
      connectMs: {
        type: "integer",
        minimum: 0,
        default: DEFAULT_CONNECT_MS,
        description: "Wall milliseconds in which the peer has to be there at the start.",
      },
      reconnectMs: {
        type: "integer",
        minimum: 1,
        default: DEFAULT_RECONNECT_MS,
        description: "Wall milliseconds between attempts to connect again.",
      },
    },
    additionalProperties: false,
  },
  paths: ["path"],
  checkOptions: ({ path, port }): OptionsConflict | undefined => {
    if (path !== undefined && port !== undefined) {
      return { option: "port", problem: "path is set too", remedy: "Keep one of the two." };
    }
    if (path === undefined && port === undefined) {
      return {
        option: "path",
        problem: "neither path nor port is set",
        remedy: "Set `path` to a Unix socket, or `port` to a TCP port.",
      };
    }
    return undefined;
  },

  async open(options, context) {
    const { path, host = DEFAULT_HOST, port, connectMs = DEFAULT_CONNECT_MS } = options;
    const { listen, reconnectMs = DEFAULT_RECONNECT_MS } = options;
    const address: SocketAddress =
      typeof path === "string" ? { path } : { host: String(host), port: Number(port) };
    const connections =
      listen === true
        ? await listenAt(address)
        : await connectTo({
            address,
            connectMs: Number(connectMs),
            reconnectMs: Number(reconnectMs),
          });
    return serveConnections(connections, context);
  },
};
