// Network backend: passt, which connects the guest to the host's network without privileges and forwards ports to it.
// Started with the run and ended with it; started again, with the guest's link down meanwhile, should it end before.
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Backend } from "../../../core/index.ts";
import { type Connections, serveConnections } from "./serve-connections.ts";
import { startPasst } from "./start-passt.ts";

const RESTART_MS = 1000;
const DEFAULT_ADDRESS = "10.0.2.15";
const DEFAULT_GATEWAY = "10.0.2.2";
const PORTS = String.raw`^(\d{1,3}(\.\d{1,3}){3}/)?\d{1,5}(-\d{1,5})?(:\d{1,5}(-\d{1,5})?)?$`;
const ADDRESS = String.raw`^\d{1,3}(\.\d{1,3}){3}$`;

export const passt: Backend = {
  kind: "backend",
  name: "passt",
  serves: "network",
  summary: "Network of the host through passt, which needs no privileges and forwards ports.",
  schema: {
    type: "object",
    properties: {
      forward: {
        type: "array",
        items: { type: "string", pattern: PORTS },
        default: [],
        description:
          "TCP ports of the host that lead to the guest: 8080:80, 127.0.0.1/8080:80, or a port of both.",
      },
      forwardUdp: {
        type: "array",
        items: { type: "string", pattern: PORTS },
        default: [],
        description: "The same for UDP.",
      },
      address: {
        type: "string",
        pattern: ADDRESS,
        default: DEFAULT_ADDRESS,
        description: "The guest's address, given by DHCP.",
      },
      gateway: {
        type: "string",
        pattern: ADDRESS,
        default: DEFAULT_GATEWAY,
        description: "Address of passt in the guest's network, which has 24 bits.",
      },
      program: { type: "string", default: "passt", description: "The program to start." },
      arguments: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Further arguments of passt, such as --runas or --pcap.",
      },
    },
    additionalProperties: false,
  },

  async open(options, context) {
    const program = String(options["program"] ?? "passt");
    const args = passtArguments(options);
    const end = new AbortController();
    const restart = async (onConnection: (stream: Duplex) => void): Promise<void> => {
      while (!end.signal.aborted) {
        await delay(RESTART_MS, undefined, { signal: end.signal });
        const socket = await startPasst(program, args, end.signal).catch((error: Error) => {
          if (end.signal.aborted) return;
          context.logger.error({ device: context.deviceId }, error.message);
        });
        if (socket === undefined) continue;
        if (end.signal.aborted) socket.destroy();
        else onConnection(socket);
        return;
      }
    };
    const connections: Connections = {
      peer: program,
      first: await startPasst(program, args),
      next: (onConnection) => void restart(onConnection).catch(() => {}),
      async close() {
        end.abort();
      },
    };
    return serveConnections(connections, context);
  },
};

/** IPv4 only: one address, which the guest can also be given without asking for it. */
export function passtArguments(options: Readonly<Record<string, unknown>>): string[] {
  const list = (name: string): string[] => (options[name] ?? []) as string[];
  // One option each: an address in front of a port would count for a whole list.
  const forwards = (flag: string, ports: readonly string[]): string[] =>
    (ports.length === 0 ? ["none"] : ports).flatMap((port) => [flag, port]);
  return [
    "--ipv4-only",
    "--address",
    String(options["address"] ?? DEFAULT_ADDRESS),
    "--netmask",
    "24",
    "--gateway",
    String(options["gateway"] ?? DEFAULT_GATEWAY),
    ...forwards("--tcp-ports", list("forward")),
    ...forwards("--udp-ports", list("forwardUdp")),
    ...list("arguments"),
  ];
}
