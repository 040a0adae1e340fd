// Built-in plugin: which faults a campaign tries.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { defUse } from "./def-use.ts";
import { exhaustive } from "./exhaustive.ts";
import { stratified } from "./stratified.ts";
import { uniform } from "./uniform.ts";

export const faultSamplingPlugin: Plugin = {
  name: "fault-sampling",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [uniform, stratified, exhaustive, defUse]) registry.register(provider);
  },
};
