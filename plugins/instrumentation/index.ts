// Built-in plugin: instruments.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { instructionMix } from "./instruction-mix.ts";
import { instructionDuplication } from "./instruction-duplication.ts";
import { trace } from "./trace.ts";

export const instrumentationPlugin: Plugin = {
  name: "instrumentation",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [instructionDuplication, instructionMix, trace])
      registry.register(provider);
  },
};
