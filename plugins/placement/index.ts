// Built-in plugin: where replicas run.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { hosts } from "./hosts.ts";
import { inline } from "./inline.ts";
import { processes } from "./processes.ts";
import { workerThreads } from "./worker-threads.ts";

export const placementPlugin: Plugin = {
  name: "placement",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [hosts, inline, processes, workerThreads]) registry.register(provider);
  },
};
