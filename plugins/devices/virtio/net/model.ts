// Provider of the virtio network device. Feature bits: VIRTIO 1.2, section 5.1.3.
import type { DeviceModel } from "../../../../core/index.ts";
import { virtioModel } from "../virtio-model.ts";
import { NetDevice, RECEIVE_QUEUE, TRANSMIT_QUEUE } from "./device.ts";
import { MAC_PATTERN, parseMac } from "./mac-address.ts";
import { MAX_MTU } from "./wire-format.ts";

const DEVICE_ID = 1;
const QUEUE_SIZE = 256;
const FEATURE = {
  mtu: 1n << 3n,
  mac: 1n << 5n,
  mergeableBuffers: 1n << 15n,
  status: 1n << 16n,
};
const MIN_MTU = 68;
const DEFAULT_MTU = 1500;
/** Locally administered, "XV", and the number of the device's interrupt: different for the devices of one machine. */
const DEFAULT_MAC = [0x52, 0x54, 0x00, 0x58, 0x56];

export const virtioNet: DeviceModel = virtioModel({
  name: "virtio-net",
  summary: "Network card (virtio) served by a network backend.",
  backend: "network",
  properties: {
    mac: {
      type: "string",
      pattern: MAC_PATTERN,
      description:
        "Its Ethernet address. Default: 52:54:00:58:56 and its interrupt; set it where machines share a network.",
    },
    mtu: {
      type: "integer",
      minimum: MIN_MTU,
      maximum: MAX_MTU,
      default: DEFAULT_MTU,
      description: "Longest packet in bytes, without the Ethernet header. The driver is told.",
    },
  },
  identity: () => ({
    deviceId: DEVICE_ID,
    features: FEATURE.mtu | FEATURE.mac | FEATURE.mergeableBuffers | FEATURE.status,
    queueSizes: [QUEUE_SIZE, QUEUE_SIZE],
    // The device has its own, which changes with the link.
    config: new Uint8Array(0),
  }),
  createHandler: (context, parts, options) => {
    const { mac, mtu = DEFAULT_MTU } = options;
    return new NetDevice(context, {
      receiveQueue: parts.queue(RECEIVE_QUEUE),
      transmitQueue: parts.queue(TRANSMIT_QUEUE),
      isDriverReady: parts.isDriverReady,
      isMergeable: () => parts.hasFeature(FEATURE.mergeableBuffers),
      mac:
        typeof mac === "string"
          ? parseMac(mac)
          : Uint8Array.of(...DEFAULT_MAC, context.place.interrupt),
      mtu: Number(mtu),
      isLinkUp: context.facts["isLinkUp"] !== false,
    });
  },
});
