// Built-in plugin: checkpoint policies.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { adaptive } from "./adaptive.ts";
import { dirtyPages } from "./dirty-pages.ts";
import { never } from "./never.ts";
import { outputRate } from "./output-rate.ts";
import { periodic } from "./periodic.ts";

export const checkpointPlugin: Plugin = {
  name: "checkpoint",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [adaptive, dirtyPages, never, outputRate, periodic])
      registry.register(provider);
  },
};
