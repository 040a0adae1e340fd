// A network backend over connections that may end and come again: the guest sees the state of its link, no more.
import type { Duplex } from "node:stream";
import type { BackendContext, OpenBackend } from "../../../core/index.ts";
import { FramePort } from "./frame-port.ts";
import { FrameStream } from "./frame-stream.ts";

/** Where connections to the peer come from, one at a time. */
export interface Connections {
  /** For messages: the peer's address or program. */
  readonly peer: string;
  /** The one that was there when the backend was opened. */
  readonly first: Duplex | undefined;
  /** There is none any more, or never was: tells of the next one. */
  next(onConnection: (stream: Duplex) => void): void;
  /** No next one is wanted. */
  close(): Promise<void>;
}

export function serveConnections(connections: Connections, context: BackendContext): OpenBackend {
  const { peer, first } = connections;
  const { deviceId, logger } = context;
  let current: FrameStream | undefined;
  let isClosed = false;
  const port = new FramePort(context, first !== undefined, () => current?.resume());
  const attach = (stream: Duplex): void => {
    port.setLink(true);
    current = new FrameStream(stream, port, context, (problem) => {
      current = undefined;
      if (isClosed) return;
      port.setLink(false);
      logger.warn(
        { device: deviceId, peer, ...(problem !== undefined && { problem }) },
        "the network peer is gone: the guest's link is down",
      );
      connections.next(again);
    });
  };
  const again = (stream: Duplex): void => {
    logger.info({ device: deviceId, peer }, "the network peer is there: the guest's link is up");
    attach(stream);
  };
  if (first !== undefined) attach(first);
  return {
    facts: { isLinkUp: first !== undefined },
    get isInteractive() {
      return !isClosed;
    },
    start() {
      if (first === undefined) connections.next(again);
    },
    output: (frame) => current?.send(frame),
    inputsTaken: () => port.taken(),
    async close() {
      isClosed = true;
      await connections.close();
      await current?.close();
    },
  };
}
