// Each replica in a host process of its own: what happens to one process happens to no other.
import type { PlacementProvider } from "../../core/index.ts";
import { bindOf, bindOption } from "./bind-option.ts";
import { coreOptions, coresOf } from "./core-options.ts";
import { jitterOption } from "./jitter-option.ts";

export const processes: PlacementProvider = {
  kind: "placement",
  name: "processes",
  summary: "Each replica in a process and a memory of its own, compared by digests",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      scrubPages: {
        type: "integer",
        minimum: 0,
        maximum: 1_048_576,
        default: 1024,
        description:
          "Pages, of those that the guest did not write since the last checkpoint, that each checkpoint compares as well: another stretch of memory every time; 0 for none",
      },
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
