// A network card that notes when each frame leaves the guest's driver, in every replica: only for measurements, since
// what runs in a replica otherwise never reads a clock. The notes go out over a channel beside the machine.
import process from "node:process";
import { BroadcastChannel } from "node:worker_threads";
import { API_VERSION, type DeviceModel, type Plugin } from "../../core/index.ts";
import { virtioNet } from "../../plugins/devices/virtio/net/model.ts";

export const CHANNEL = "extravirt-bench-frames";

export interface EmittedFrame {
  /** Counts from 0 in each replica. */
  readonly number: number;
  readonly ms: number;
}

/** The same clock in all threads. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

const stampedNet: DeviceModel = {
  ...virtioNet,
  name: "stamped-net",
  summary: "virtio-net that notes when frames are emitted.",
  create(options, context) {
    const channel = new BroadcastChannel(CHANNEL);
    channel.unref();
    let number = 0;
    return virtioNet.create(options, {
      ...context,
      emit(bytes) {
        const frame: EmittedFrame = { number: number++, ms: monotonicMs() };
        channel.postMessage(frame);
        context.emit(bytes);
      },
    });
  },
};

const plugin: Plugin = {
  name: "stamping",
  apiVersion: API_VERSION,
  provide: (registry) => registry.register(stampedNet),
};
export default plugin;
