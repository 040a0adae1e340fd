// Built-in plugin: what is found out about a core that was blamed.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { none } from "./none.ts";
import { replay } from "./replay.ts";

export const coreDiagnosisPlugin: Plugin = {
  name: "core-diagnosis",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [none, replay]) registry.register(provider);
  },
};
