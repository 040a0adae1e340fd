// Built-in plugin: fault models.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { checkpointBitFlip } from "./checkpoint-bit-flip.ts";
import { memoryBitFlip } from "./memory-bit-flip.ts";
import { registerBitFlip } from "./register-bit-flip.ts";
import { resultBitFlip } from "./result-bit-flip.ts";
import { workerCrash } from "./worker-crash.ts";
import { workerHang } from "./worker-hang.ts";

export const faultsPlugin: Plugin = {
  name: "faults",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [
      checkpointBitFlip,
      memoryBitFlip,
      registerBitFlip,
      resultBitFlip,
      workerCrash,
      workerHang,
    ])
      registry.register(provider);
  },
};
