// Each replica on a worker thread: the host's scheduler puts them on different processor cores.
import type { PlacementProvider } from "../../core/index.ts";
import { bindOf, bindOption } from "./bind-option.ts";
import { coreOptions, coresOf } from "./core-options.ts";
import { jitterOption } from "./jitter-option.ts";

export const workerThreads: PlacementProvider = {
  kind: "placement",
  name: "worker-threads",
  summary: "Each replica on a thread of its own",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: { ...jitterOption, ...coreOptions, ...bindOption },
  },
  create: (options) => ({
    mode: "worker",
    jitterMs: options["jitterMs"] as number,
    ...coresOf(options),
    ...bindOf(options),
  }),
};
