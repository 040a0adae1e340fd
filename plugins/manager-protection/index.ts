// Built-in plugin: defences of the coordinator.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { none } from "./none.ts";
import { sealed } from "./sealed.ts";

export const managerProtectionPlugin: Plugin = {
  name: "manager-protection",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [none, sealed]) registry.register(provider);
  },
};
