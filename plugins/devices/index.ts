// Built-in plugin: device models.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { goldfishRtc } from "./goldfish-rtc.ts";
import { sifiveTest } from "./sifive-test.ts";
import { uart16550 } from "./uart16550.ts";
import { virtioBlock } from "./virtio/block/model.ts";
import { virtioConsole } from "./virtio/console/model.ts";
import { virtioEntropy } from "./virtio/entropy/model.ts";
import { virtioNet } from "./virtio/net/model.ts";

const MODELS = [
  uart16550,
  sifiveTest,
  goldfishRtc,
  virtioBlock,
  virtioEntropy,
  virtioConsole,
  virtioNet,
];

export const devicesPlugin: Plugin = {
  name: "devices",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of MODELS) registry.register(provider);
  },
};
