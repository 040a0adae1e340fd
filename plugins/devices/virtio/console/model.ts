// Provider of the virtio console (hvc0 in Linux): a single port, no multiport control. VIRTIO 1.2, section 5.3.
import type { DeviceModel } from "../../../../core/index.ts";
import { virtioModel } from "../virtio-model.ts";
import { ConsoleDevice, RECEIVE_QUEUE, TRANSMIT_QUEUE } from "./device.ts";

const IDENTITY = {
  deviceId: 3,
  features: 0n,
  queueSizes: [64, 64],
  /** cols u16 | rows u16 | max_nr_ports u32 | emerg_wr u32; none of them is offered as a feature. */
  config: new Uint8Array(12),
} as const;

export const virtioConsole: DeviceModel = virtioModel({
  name: "virtio-console",
  summary: "Console (virtio, one port) served by a console backend.",
  backend: "console",
  identity: () => IDENTITY,
  createHandler: (context, parts) =>
    new ConsoleDevice(context, parts.queue(RECEIVE_QUEUE), parts.queue(TRANSMIT_QUEUE)),
});
