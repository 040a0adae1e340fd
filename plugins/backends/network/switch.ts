// Network backend: a switch inside this process, shared by name, with stations that answer. No socket is opened.
import type { Backend } from "../../../core/index.ts";
import { MAC_PATTERN, parseMac } from "../../devices/virtio/net/mac-address.ts";
import { FramePort } from "./frame-port.ts";
import { switchNamed, type SwitchMember, type SwitchPort } from "./learning-switch.ts";
import { Station } from "./station.ts";

const IPV4 = String.raw`^\d{1,3}(\.\d{1,3}){3}$`;
const DEFAULT_NAME = "lan";
/** Locally administered; the last four bytes are the station's IPv4 address. */
const STATION_MAC = [0x52, 0x55];

interface StationOptions {
  readonly address: string;
  readonly mac?: string;
}

export const networkSwitch: Backend = {
  kind: "backend",
  name: "switch",
  serves: "network",
  summary: "Switch inside this process: machines of the same `name` meet there, with stations.",
  schema: {
    type: "object",
    properties: {
      name: { type: "string", default: DEFAULT_NAME, description: "Which switch." },
      stations: {
        type: "array",
        items: {
          type: "object",
          properties: {
            address: { type: "string", pattern: IPV4, description: "IPv4 address." },
            mac: {
              type: "string",
              pattern: MAC_PATTERN,
              description: "Ethernet address. Default: 52:55 and the IPv4 address.",
            },
          },
          required: ["address"],
          additionalProperties: false,
        },
        default: [],
        description: "Hosts that answer ARP, pings and datagrams to the echo port 7.",
      },
    },
    additionalProperties: false,
  },

  async open(options, context) {
    const lan = switchNamed(String(options["name"] ?? DEFAULT_NAME));
    const stations = (options["stations"] ?? []) as readonly StationOptions[];
    const port = new FramePort(context, true);
    const me: SwitchMember = {
      isActive: true,
      receive: (frame) => {
        if (port.hasRoom) port.give(frame);
      },
    };
    const attached: SwitchPort[] = [];
    const mine = lan.attach(me);
    attached.push(mine);
    for (const { address, mac } of stations) {
      const ip = Uint8Array.from(address.split("."), Number);
      const station = new Station(
        { ip, mac: mac === undefined ? Uint8Array.of(...STATION_MAC, ...ip) : parseMac(mac) },
        (frame) => place.send(frame),
      );
      const place = lan.attach(station);
      attached.push(place);
    }
    return {
      facts: { isLinkUp: true },
      get isInteractive() {
        return lan.hasActiveBeside(me);
      },
      start() {},
      output: (frame) => mine.send(frame),
      inputsTaken: () => port.taken(),
      async close() {
        for (const place of attached) place.detach();
      },
    };
  },
};
