// Where a stream peer is: a Unix socket, or a TCP port.
import type { NetConnectOpts } from "node:net";

export type SocketAddress =
  | { readonly path: string }
  | { readonly host: string; readonly port: number };

export function addressText(address: SocketAddress): string {
  return "path" in address ? address.path : `${address.host}:${address.port}`;
}

export function connectOptions(address: SocketAddress): NetConnectOpts {
  return "path" in address ? { path: address.path } : { ...address, noDelay: true };
}
