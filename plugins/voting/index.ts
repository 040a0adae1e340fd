// Built-in plugin: voting policies.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { majority } from "./majority.ts";
import { unanimous } from "./unanimous.ts";

export const votingPlugin: Plugin = {
  name: "voting",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [majority, unanimous]) registry.register(provider);
  },
};
