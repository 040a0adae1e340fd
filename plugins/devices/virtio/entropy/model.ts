// Provider of the virtio entropy device (hardware random number generator of the guest). VIRTIO 1.2, section 5.4.
import type { DeviceModel } from "../../../../core/index.ts";
import { VirtioMmio } from "../mmio-transport.ts";
import { EntropyDevice } from "./device.ts";

const IDENTITY = {
  deviceId: 4,
  features: 0n,
  queueSizes: [64],
  config: new Uint8Array(0),
} as const;

export const virtioEntropy: DeviceModel = {
  kind: "device",
  name: "virtio-entropy",
  summary: "Random number source (virtio entropy) served by an entropy backend.",
  slot: "virtio-mmio",
  backend: "entropy",
  schema: { type: "object", properties: {}, additionalProperties: false },
  create: (_options, context) =>
    new VirtioMmio(context, IDENTITY, ([queue]) => {
      if (queue === undefined) throw new Error("an entropy device has one queue");
      return new EntropyDevice(context, queue);
    }),
};
