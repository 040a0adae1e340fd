// Built-in plugin: instruments.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { instructionMix } from "./instruction-mix.ts";
import { trace } from "./trace.ts";

export const instrumentationPlugin: Plugin = {
  name: "instrumentation",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [instructionMix, trace]) registry.register(provider);
  },
};
