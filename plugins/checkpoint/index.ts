// Built-in plugin: checkpoint policies.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { never } from "./never.ts";
import { periodic } from "./periodic.ts";

export const checkpointPlugin: Plugin = {
  name: "checkpoint",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [never, periodic]) registry.register(provider);
  },
};
