// Provider of the virtio entropy device (hardware random number generator of the guest). VIRTIO 1.2, section 5.4.
import type { DeviceModel } from "../../../../core/index.ts";
import { virtioModel } from "../virtio-model.ts";
import { EntropyDevice } from "./device.ts";

const IDENTITY = {
  deviceId: 4,
  features: 0n,
  queueSizes: [64],
  config: new Uint8Array(0),
} as const;

export const virtioEntropy: DeviceModel = virtioModel({
  name: "virtio-entropy",
  summary: "Random number source (virtio entropy) served by an entropy backend.",
  backend: "entropy",
  identity: () => IDENTITY,
  createHandler: (context, parts) => new EntropyDevice(context, parts.queue(0)),
});
