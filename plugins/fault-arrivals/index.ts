// Built-in plugin: how faults arrive.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { random } from "./random.ts";
import { softError } from "./soft-error.ts";

export const faultArrivalsPlugin: Plugin = {
  name: "fault-arrivals",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [random, softError]) registry.register(provider);
  },
};
