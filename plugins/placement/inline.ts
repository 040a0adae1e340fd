// All replicas in the coordinator's thread, in turns: for tests, debugging and hosts with one core.
import type { PlacementProvider } from "../../core/index.ts";
import { coreOptions, coresOf } from "./core-options.ts";
import { jitterOption } from "./jitter-option.ts";

export const inline: PlacementProvider = {
  kind: "placement",
  name: "inline",
  summary: "All replicas in one thread, in turns",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: { ...jitterOption, ...coreOptions },
  },
  create: (options) => ({
    mode: "inline",
    jitterMs: options["jitterMs"] as number,
    ...coresOf(options),
  }),
};
