// Each replica in a host process of its own: what happens to one process happens to no other.
import type { PlacementProvider } from "../../core/index.ts";
import { bindOf, bindOption } from "./bind-option.ts";
import { coreOptions, coresOf } from "./core-options.ts";
import { jitterOption } from "./jitter-option.ts";
import { scrubOption } from "./scrub-option.ts";

export const processes: PlacementProvider = {
  kind: "placement",
  name: "processes",
  summary: "Each replica in a process and a memory of its own, compared by digests",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...scrubOption,
      ...jitterOption,
      ...coreOptions,
      ...bindOption,
    },
  },
  create: (options) => ({
    mode: "process",
    scrubPages: options["scrubPages"] as number,
    jitterMs: options["jitterMs"] as number,
    ...coresOf(options),
    ...bindOf(options),
  }),
};
