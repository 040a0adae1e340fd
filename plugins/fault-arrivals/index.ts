// Built-in plugin: how faults arrive.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { random } from "./random.ts";

export const faultArrivalsPlugin: Plugin = {
  name: "fault-arrivals",
  apiVersion: API_VERSION,
  provide(registry) {
    registry.register(random);
  },
};
