// Built-in plugin: which side of the replication layer device models are on.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { devicesBelow } from "./devices-below.ts";
import { devicesInside } from "./devices-inside.ts";

export const boundaryPlugin: Plugin = {
  name: "boundary",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [devicesInside, devicesBelow]) registry.register(provider);
  },
};
