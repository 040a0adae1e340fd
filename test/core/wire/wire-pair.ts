// Two ends of a wire over an in-memory stream, for tests.
import { duplexPair, type Duplex } from "node:stream";
import { WireConnection, type WireOptions } from "../../../core/wire/wire-connection.ts";

export type PairOptions = Partial<Omit<WireOptions, "side">>;

export async function wirePair(
  first: PairOptions = {},
  second: PairOptions = first,
  streams: readonly [Duplex, Duplex] = duplexPair() as [Duplex, Duplex],
): Promise<[WireConnection, WireConnection]> {
  return Promise.all([
    WireConnection.open(streams[0], { ...defaults("initiator"), ...first }),
    WireConnection.open(streams[1], { ...defaults("acceptor"), ...second }),
  ]);
}

export function defaults(side: WireOptions["side"]): WireOptions {
  return { side, identity: { name: side }, place: `the ${side}'s peer`, handshakeMs: 3000 };
}

/** Resolves with what ended the connection. */
export function closing(connection: WireConnection): Promise<string | undefined> {
  return new Promise((resolve) => {
    connection.once("closed", (error) => resolve(error?.code));
  });
}

/** The next messages, in order. */
export function receiving(connection: WireConnection, count: number): Promise<unknown[]> {
  const messages: unknown[] = [];
  return new Promise((resolve) => {
    connection.receive((message) => {
      messages.push(message);
      if (messages.length === count) resolve(messages);
    });
  });
}
