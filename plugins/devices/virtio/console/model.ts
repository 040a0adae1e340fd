// Provider of the virtio console (hvc0 in Linux): a single port, no multiport control. VIRTIO 1.2, section 5.3.
import type { DeviceModel } from "../../../../core/index.ts";
import { VirtioMmio } from "../mmio-transport.ts";
import { ConsoleDevice, RECEIVE_QUEUE, TRANSMIT_QUEUE } from "./device.ts";

const IDENTITY = {
  deviceId: 3,
  features: 0n,
  queueSizes: [64, 64],
  /** cols u16 | rows u16 | max_nr_ports u32 | emerg_wr u32; none of them is offered as a feature. */
  config: new Uint8Array(12),
} as const;

export const virtioConsole: DeviceModel = {
  kind: "device",
  name: "virtio-console",
  summary: "Console (virtio, one port) served by a console backend.",
  slot: "virtio-mmio",
  backend: "console",
  schema: { type: "object", properties: {}, additionalProperties: false },
  create: (_options, context) =>
    new VirtioMmio(context, IDENTITY, (queues) => {
      const receive = queues[RECEIVE_QUEUE];
      const transmit = queues[TRANSMIT_QUEUE];
      if (receive === undefined || transmit === undefined) {
        throw new Error("a console device has two queues");
      }
      return new ConsoleDevice(context, receive, transmit);
    }),
};
