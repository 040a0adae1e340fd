// Opens a connection to a host: reaches it, proves the key, and is welcomed for a purpose or refused with the reason.
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { packageVersion } from "../package-root.ts";
import { WireConnection } from "../wire/wire-connection.ts";
import { parseAddress } from "./host-address.ts";
import { checkedAnswer } from "./check-host-message.ts";
import { HEARTBEAT_MS, type Hello } from "./host-message.ts";

export interface HostAccess {
  /** As the config writes it. */
  readonly address: string;
  readonly key: Uint8Array;
  /** Nothing heard for so long ends a connection. */
  readonly silenceMs: number;
  /** Streams to an address; default: TCP. */
  readonly reach?: (address: string) => Promise<Duplex>;
}

const CONNECT_MS = 3000;

/** @throws an ExtravirtError: the host can't be reached, has another key, or refuses */
export async function connectHost(access: HostAccess, hello: Hello): Promise<WireConnection> {
  const { address, key, silenceMs, reach = reachByTcp } = access;
  const wire = await WireConnection.open(await reach(address), {
    side: "initiator",
    key,
    identity: { role: "coordinator", version: packageVersion() },
    place: `host ${address}`,
    handshakeMs: CONNECT_MS,
    heartbeatMs: HEARTBEAT_MS,
    silenceMs,
  });
  return new Promise((resolve, reject) => {
    const onClosed = (error: ExtravirtError | undefined): void => {
      clearTimeout(timer);
      reject(error ?? unreachable(address, "it closed the connection"));
    };
    const timer = setTimeout(() => {
      wire.destroy();
      reject(unreachable(address, "it does not answer"));
    }, CONNECT_MS);
    wire.once("closed", onClosed);
    wire.receive((message) => {
      const answer = checkedAnswer(message);
      clearTimeout(timer);
      wire.off("closed", onClosed);
      wire.hold();
      if (answer.kind === "welcome") {
        resolve(wire);
        return;
      }
      wire.destroy();
      const { error } = answer;
      reject(
        new ExtravirtError(error.code, error.message, {
          place: `host ${address}`,
          remedy: error.remedy,
        }),
      );
    });
    wire.send(hello);
  });
}

function reachByTcp(address: string): Promise<Duplex> {
  const { host, port } = parseAddress(address, "placement.hosts");
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const fail = (why: string, cause?: unknown): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(unreachable(address, why, cause));
    };
    const timer = setTimeout(() => fail("it does not answer"), CONNECT_MS);
    const onError = (error: Error): void => fail(error.message, error);
    socket.once("error", onError);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", onError);
      resolve(socket);
    });
  });
}

function unreachable(address: string, why: string, cause?: unknown): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_HOST_UNREACHABLE",
    `The host ${address} can't be reached: ${why}.`,
    {
      place: "placement.hosts",
      value: address,
      remedy: "Start `extravirt host` there, and check address, port and the network between.",
      cause,
    },
  );
}
