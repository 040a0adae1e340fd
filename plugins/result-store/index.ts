// Built-in plugin: where results of campaigns are kept.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { pglite } from "./pglite.ts";
import { postgres } from "./postgres.ts";

export const resultStorePlugin: Plugin = {
  name: "result-store",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [pglite, postgres]) registry.register(provider);
  },
};
