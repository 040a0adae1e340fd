// Three replicas from the start: a divergence is decided at once, and a new replica is needed only to be three again.
import type { ReplicationProvider } from "../../core/index.ts";
import { comparedOptions, comparedPlanOf } from "./compared-options.ts";
import { enginesOf, enginesOption } from "./engines-option.ts";

export const triple: ReplicationProvider = {
  kind: "replication",
  name: "triple",
  summary: "Three replicas whose outputs are compared before they leave; two outvote one at once",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: { ...comparedOptions, ...enginesOption },
  },
  create: (options) => ({ ...comparedPlanOf(3, options), ...enginesOf(options), leastReplicas: 2 }),
};
