// Two replicas, as the paper has it: two detect, a third decides.
import type { ReplicationProvider } from "../../core/index.ts";
import { comparedOptions, comparedPlanOf } from "./compared-options.ts";
import { enginesOf, enginesOption } from "./engines-option.ts";

export const pair: ReplicationProvider = {
  kind: "replication",
  name: "pair",
  summary: "Two replicas whose outputs are compared before they leave",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: { ...comparedOptions, ...enginesOption },
  },
  create: (options) => ({ ...comparedPlanOf(2, options), ...enginesOf(options) }),
};
